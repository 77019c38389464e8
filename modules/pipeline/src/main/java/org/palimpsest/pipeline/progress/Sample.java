package org.palimpsest.pipeline.progress;

/**
 * A held-out text that a checkpoint restored, or a source whose target it wrote.
 *
 * @param damaged the corrupted text, or the source
 * @param restored what the model wrote
 * @param original the uncorrupted text, or the wanted target
 */
public record Sample(String damaged, String restored, String original) {
  private static final int LONGEST = 300;

  /** A sample of which long texts are truncated. */
  public static Sample of(String damaged, String restored, String original) {
    return new Sample(shown(damaged), shown(restored), shown(original));
  }

  private static String shown(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "…";
  }
}
