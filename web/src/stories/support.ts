// A line that becomes slow and recovers, for the operator's page: ?support, ?support=live, with gone.

import type { Me } from '../api';
import type { Sample } from '../features/admin/help/history';

export const administrator: Me = {
  id: 'a', email: 'a@example.org', name: 'Ada', role: 'admin', stage: 'full', login: 'l', hasSecondFactor: true, needsSecondFactor: true, ends: '2026-11-27T10:00:00Z',
  may: ['host_meetings', 'manage_accounts', 'edit_operator', 'read_trail', 'read_papers', 'take_over_meetings', 'help_with_connections'],
};

/** So many seconds of it. */
export function lineOver(seconds: number): readonly Sample[] {
  return Array.from({ length: seconds }, (_, second) => sampleAt(second)).filter(({ at }) => at < 80_000 || at > 90_000);
}

function sampleAt(second: number): Sample {
  const slow = second > 40 && second < 75;
  const wave = Math.sin(second / 4) * 0.08 + 1;
  const estimate = (slow ? 420_000 : 3_100_000) * wave;
  const camera = { kind: 'video', source: 'camera', wanted: 2, bits: 900_000, fps: 25 } as const;
  return {
    at: second * 1000,
    path: 'udp',
    quality: slow ? 'poor' : 'excellent',
    rtt_ms: (slow ? 180 : 34) * wave,
    jitter_ms: (slow ? 40 : 4) * wave,
    loss_down: slow ? 0.072 * wave : 0.002,
    loss_up: slow ? 0.011 : 0,
    estimate: second < 4 ? 0 : estimate,
    sent: Math.min(estimate * 0.93, 2_400_000),
    received: (slow ? 500_000 : 1_700_000) * wave,
    subscribed: [
      { kind: 'audio', source: 'microphone', wanted: 0, paused: false, bits: 32_000 },
      { ...camera, layer: slow ? 0 : 2, paused: false },
      { ...camera, layer: 1, paused: slow || second > 100, bits: 0 },
      { kind: 'video', source: 'screen_share', layer: 1, wanted: 1, paused: false, bits: 1_200_000, fps: 8 },
      ...(second > 60 ? [{ ...camera, layer: 0, wanted: 1, paused: false, bits: 160_000 }] : []),
    ],
    published: [
      { kind: 'audio', source: 'microphone', muted: false, layers: [{ layer: 0, bits: 31_000, loss: 0.002 }] },
      { kind: 'video', source: 'camera', muted: false, layers: [{ layer: 0, bits: 150_000, loss: 0 }, { layer: 1, bits: 450_000, loss: 0.01 }, { layer: 2, bits: 1_600_000, loss: 0.02 }] },
      { kind: 'video', source: 'screen_share', muted: true, layers: [] },
    ],
  };
}
