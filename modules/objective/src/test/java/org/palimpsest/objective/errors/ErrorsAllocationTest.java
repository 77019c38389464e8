package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.objective.corruption.NoiseRandom;

/** With buffers that have been used before, errors allocate nothing. */
class ErrorsAllocationTest {
  private static final char[] TEXT =
      "The old miller likes his horse, and Émile there too. Да, жук! ".repeat(40).toCharArray();

  static List<TextError> errors() {
    return List.of(
        ConfusionErrors.keyboard("qwerty", 0.1),
        ConfusionErrors.named("ocr", 0.1),
        ConfusionErrors.named("speech", 0.1),
        ConfusionErrors.named("homophones", 0.1),
        new CharacterErrors(CharacterErrors.Change.DROPPED, 0.1),
        new CharacterErrors(CharacterErrors.Change.DOUBLED, 0.1),
        new CharacterErrors(CharacterErrors.Change.SWAPPED, 0.1),
        new WordErrors(WordErrors.Change.DROPPED, 0.02),
        new WordErrors(WordErrors.Change.DOUBLED, 0.02),
        new WordErrors(WordErrors.Change.SWAPPED, 0.02),
        new WordErrors(WordErrors.Change.MERGED, 0.02),
        new WordErrors(WordErrors.Change.SPLIT, 0.02),
        new LostMarks(LostMarks.Mark.CASE, 0.5),
        new LostMarks(LostMarks.Mark.PUNCTUATION, 0.5));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void nothingIsAllocatedForAText(TextError error) {
    TextDraft draft = new TextDraft();
    NoiseRandom random = new NoiseRandom();
    applyAll(error, draft, random);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    applyAll(error, draft, random);
    // The measurement itself allocates a little.
    assertThat((threads.getThreadAllocatedBytes(thread) - before) / 200).isLessThan(4);
  }

  private static void applyAll(TextError error, TextDraft draft, NoiseRandom random) {
    for (int example = 0; example < 200; example++) {
      draft.load(TEXT, TEXT.length);
      error.apply(draft, random.example(1, 0, example).stage(NoiseRandom.STEP));
    }
  }
}
