import { Signal } from 'lucide-react';
import './WeakSignal.css';

/** One bar of five. */
export function WeakSignal({ size }: { readonly size: number }) {
  return <Signal size={size} strokeWidth={2.5} className="weak-signal" aria-hidden="true" />;
}
