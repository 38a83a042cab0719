/** What the table says of a variable besides its parser. */
export interface SettingAbout {
  /**
   * The text that counts when the variable is not set. `development` alone is a word for the
   * reader: the value is made by the program there, and production requires the variable.
   */
  readonly default: string | { readonly development: string; readonly production?: string };
  /** Markdown. */
  readonly description: string;
  readonly example: string;
  /** Names that people set by mistake instead. */
  readonly nearMisses?: readonly string[];
}
