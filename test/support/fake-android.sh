#!/bin/sh
# Runs store.sh as root of a made-up Android: pid 1 of namespaces of its own, whose root is a scratch tree. Started by `unshare -mpf --propagation private`,
# with the folder that holds store.sh and ca.pem, `module` or `plain` (whether there is a Conscrypt module), and the hash. Prints what each process sees.
set -eu
here=$1
kind=$2
hash=$3
root=$here/root
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
cd "$root"
mkdir -p usr proc dev system/bin system/etc/security/cacerts data/local/tmp/plumbline-ca apex tmp old etc
mount --rbind /usr usr
mount --rbind /dev dev
for name in bin lib lib64 sbin; do [ -e "/$name" ] && ln -s "usr/$name" "$name"; done
cp "$here/store.sh" "$here/ca.pem" data/local/tmp/plumbline-ca/
for name in 11111111.0 22222222.0; do echo "authority $name" > "system/etc/security/cacerts/$name"; done
if [ "$kind" = module ]; then
  mkdir -p apex/com.android.conscrypt/cacerts
  for name in 11111111.0 33333333.0; do echo "module $name" > "apex/com.android.conscrypt/cacerts/$name"; done
fi
# The system's own partition, which nothing can be written to.
mount --bind system system
mount -o remount,bind,ro system
pivot_root . old
mount -t proc proc /proc
umount -l /old
cd /
# Mounts of init come to all, except those of the modules.
mount --make-rshared /
if [ "$kind" = module ]; then
  mount --bind /apex /apex
  mount --make-rprivate /apex
fi

# zygote, and an app that it started in a namespace of the app's own.
printf '%s\n' 'unshare -m --propagation slave sleep 600 &' wait > /tmp/zygote
cp "$(readlink -f /usr/bin/bash)" /tmp/zygote64
unshare -m --propagation slave /tmp/zygote64 /tmp/zygote &
app=
while [ -z "$app" ]; do
  sleep 0.05
  zygote=$(pidof zygote64) || continue
  child=$(grep -l "^PPid:[[:space:]]*$zygote\$" /proc/[0-9]*/status 2>/dev/null | sed 's/[^0-9]//g')
  [ -n "$child" ] && [ "$(cat "/proc/$child/comm")" = sleep ] && app=$child
done

see() {
  for pid in 1 $zygote $app; do
    who=init
    [ "$pid" = "$zygote" ] && who=zygote
    [ "$pid" = "$app" ] && who=app
    for folder in /system/etc/security/cacerts /apex/com.android.conscrypt/cacerts; do
      [ -d "$folder" ] || continue
      echo "$1 $who $folder: $(nsenter "--mount=/proc/$pid/ns/mnt" -- sh -c "cd $folder && echo * && cat $hash.0 2>/dev/null" | tr '\n' ' ')"
    done
  done
}
script=/data/local/tmp/plumbline-ca/store.sh
see before
sh "$script" install "$hash" || echo "failed $?"
see installed
sh "$script" install "$hash" || echo "failed $?"
see again
echo "mounts $(grep -c '^plumbline-ca ' /proc/1/mounts)"
echo "mode $(stat -c '%a %u' "/system/etc/security/cacerts/$hash.0" /system/etc/security/cacerts | tr '\n' ' ')"
sh "$script" remove || echo "failed $?"
see removed
echo "mounts $(grep -c '^plumbline-ca ' /proc/1/mounts "/proc/$zygote/mounts" "/proc/$app/mounts" | tr '\n' ' ')"
sh "$script" install 'x; id' || echo "failed $?"
sh "$script" reboot || echo "failed $?"
echo "left $(ls /data/local/tmp/plumbline-ca | tr '\n' ' ')"
