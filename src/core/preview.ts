/** One bubble as a channel shows it: its text, and the buttons under it by kind. */
export interface PreviewedBubble {
  text: string;
  buttons: { title: string; look: 'choice' | 'link' | 'quick' }[];
}

/** An answer to one question, as each channel shows it. */
export interface PreviewedAnswer {
  question: string;
  /** By name of the channel. */
  bubbles: ReadonlyMap<string, PreviewedBubble[]>;
}
