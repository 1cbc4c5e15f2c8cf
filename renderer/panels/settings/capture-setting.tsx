import { useEffect } from 'react';
import { CaptureOffer } from '../../components/capture-offer.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Row } from './setting-row.tsx';

export const captureTexts = {
  label: 'Capture helper',
  meaning:
    'The one part that may read packets: it checks what it is asked for, runs tcpdump and can do nothing else. Without it everything but capturing works; capture files open all the same.',
} as const;

const stateWords = {
  ready: 'Installed',
  'not-installed': 'Not installed',
  impossible: 'Not possible here',
} as const;

export function CaptureSetting() {
  const { capture } = useWindowState();
  const ability = useStore(capture.ability);
  const { lookAgain } = capture;
  useEffect(() => void lookAgain(), [lookAgain]);
  return (
    <Row id="capture-helper" {...captureTexts}>
      {ability !== null && (
        <p>
          <strong>{stateWords[ability.state]}</strong>
        </p>
      )}
      <CaptureOffer withRemoval />
    </Row>
  );
}
