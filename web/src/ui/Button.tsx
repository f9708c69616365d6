import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import type { ReactNode } from 'react';
import './Button.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  readonly look?: 'main' | 'plain' | 'danger' | 'quiet';
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The button of forms and pages. main: at most one per page. danger: only for leaving. */
export function Button({ look = 'plain', wide = false, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button button-${look}${wide ? ' button-wide' : ''}`}>
      {children}
    </AriaButton>
  );
}
