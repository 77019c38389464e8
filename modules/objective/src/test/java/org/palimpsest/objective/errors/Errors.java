package org.palimpsest.objective.errors;

import org.palimpsest.objective.corruption.NoiseRandom;

/** Applies single errors to texts, for tests; {@code ¶} is a barrier. */
final class Errors {
  private Errors() {}

  static String apply(TextError error, String text) {
    return apply(error, text, 0);
  }

  static String apply(TextError error, String text, long example) {
    TextDraft draft = new TextDraft();
    apply(error, text, example, draft);
    return draft.toString().replace(TextDraft.BARRIER, '¶');
  }

  static void apply(TextError error, String text, long example, TextDraft draft) {
    char[] chars = text.replace('¶', TextDraft.BARRIER).toCharArray();
    draft.load(chars, chars.length);
    error.apply(draft, new NoiseRandom().example(1, 0, example).stage(NoiseRandom.STEP));
  }

  /** Of many examples, how many applications of an error gave this text. */
  static int count(TextError error, String text, String result, int examples) {
    int count = 0;
    for (int example = 0; example < examples; example++) {
      count += apply(error, text, example).equals(result) ? 1 : 0;
    }
    return count;
  }
}
