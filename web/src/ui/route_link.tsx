// Mantine's looks on the router's links, with the addresses checked by the compiler.
import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type AnchorParts = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> };
const PlainAnchor = (props: AnchorParts) => <Anchor {...props} size={props.size ?? 'sm'} />;
export const RouteLink = createLink(PlainAnchor);

type ButtonParts = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> };
const PlainButton = (props: ButtonParts) => <Button component="a" {...props} />;
export const RouteButton = createLink(PlainButton);
