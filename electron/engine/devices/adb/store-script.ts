import { apexStore, systemStore } from '../../../../core/devices/adb-facts.ts';

/** Where the script and the certificate are pushed to: only adb's own user and root can change anything there. */
export const scriptFolder = '/data/local/tmp/plumbline-ca';
export const scriptFile = `${scriptFolder}/store.sh`;
export const scriptCertificate = `${scriptFolder}/ca.pem`;

/** The last line of a script that did what it was asked for. */
export const scriptDone = 'plumbline: done';

/**
 * Run as root on a device: `store.sh install HASH` or `store.sh remove`. The partition of the system stays as it is: a file system in memory with copies of its
 * authorities and ours is laid over their folder, in the mount namespace of init, from where it comes into all others; a restart takes it away. From Android 14 on, and
 * before where it was updated, authorities are those of the Conscrypt module, whose mounts every process has for itself: there the same folder is laid over the module's, in each namespace of
 * zygote, which starts all apps, and of the apps that run.
 */
export const storeScript = `#!/system/bin/sh
# Plumbline: puts a certificate among those of the system until the next restart, or takes it away.
action=$1
hash=$2
store=${systemStore}
apex=${apexStore}
mark=plumbline-ca
copies=${scriptFolder}/copies
certificate=${scriptCertificate}

fail() { echo "plumbline: $1"; exit 1; }
inside() { where=$1; shift; nsenter "--mount=/proc/$where/ns/mnt" -- "$@"; }
covered() { grep -q "^$mark $2 " "/proc/$1/mounts" 2>/dev/null; }
uncover() {
  tries=0
  while covered "$1" "$2" && [ $tries -lt 8 ]; do
    inside "$1" umount -l "$2"
    tries=$((tries + 1))
  done
}

zygotes="$(pidof zygote) $(pidof zygote64)"
apps=
for zygote in $zygotes; do
  apps="$apps $(grep -l "^PPid:[[:space:]]*$zygote\\$" /proc/[0-9]*/status 2>/dev/null | sed 's/[^0-9]//g')"
done
everybody="1 $$ $zygotes $apps"

for pid in $everybody; do uncover "$pid" "$apex"; done
for pid in $everybody; do uncover "$pid" "$store"; done
covered 1 "$store" && fail 'The folder of the system is in use.'
if [ "$action" = remove ]; then
  echo '${scriptDone}'
  exit 0
fi

[ "$action" = install ] || fail 'Neither install nor remove.'
case "$hash" in
  [0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) ;;
  *) fail 'Not a hash.' ;;
esac
nsenter --mount=/proc/1/ns/mnt -- true || fail 'nsenter does not work here.'
rm -rf "$copies"
mkdir -p "$copies" || fail 'No folder for the copies.'
from=$store
[ -d "$apex" ] && from=$apex
cp "$from"/* "$copies"/ || fail 'The authorities of the system cannot be copied.'
cp "$certificate" "$copies/$hash.0" || fail 'The certificate cannot be copied.'

inside 1 mount -t tmpfs -o mode=755 "$mark" "$store" || fail 'The folder of the system cannot be covered.'
inside 1 sh -c "cp $copies/* $store/ && chown 0:0 $store/* && chmod 644 $store/*" || {
  uncover 1 "$store"
  fail 'The copies do not fit into memory.'
}
# The label that apps may read; where there is no SELinux, none is needed.
inside 1 sh -c "chcon u:object_r:system_file:s0 $store $store/*" 2>/dev/null
rm -rf "$copies"

if [ -d "$apex" ]; then
  for pid in $everybody; do
    # Of those that share a namespace only the first is left to do; an app that has ended meanwhile needs nothing.
    covered "$pid" "$apex" || inside "$pid" mount -o bind "$store" "$apex" 2>/dev/null
  done
  covered 1 "$apex" || fail 'The folder of the Conscrypt module cannot be covered.'
  for pid in $zygotes; do
    covered "$pid" "$apex" || fail 'The folder of the Conscrypt module cannot be covered for apps.'
  done
fi
echo '${scriptDone}'
`;
