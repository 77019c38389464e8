package org.palimpsest.tasks.denoising;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.read.BlockOrder;

/**
 * What a phase of a run reads, as its checkpoints record it: a checksum of the tokenizer and of the
 * lanes, followed by the order unless it is that of the lanes, which is the only one of earlier
 * releases, and by the blocks of a step that are from generations of earlier phases.
 *
 * @param corpus the checksum
 * @param order of the blocks
 * @param replayed blocks of a step from earlier generations, or {@link #NO_REPLAY}
 */
record PhaseData(String corpus, BlockOrder.Kind order, int replayed) {
  /** All generations together make up an epoch. */
  static final int NO_REPLAY = -1;

  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{64})(-row-groups)?(?:-replay-([0-9]{1,9}))?");

  /** Reads what {@link #toString} returns. */
  static Optional<PhaseData> parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new PhaseData(
            found.group(1),
            found.group(2) == null ? BlockOrder.Kind.LANES : BlockOrder.Kind.ROW_GROUPS,
            found.group(3) == null ? NO_REPLAY : Integer.parseInt(found.group(3))));
  }

  boolean replays() {
    return replayed != NO_REPLAY;
  }

  @Override
  public String toString() {
    String suffix = order == BlockOrder.Kind.LANES ? "" : "-" + Section.kebab(order);
    return corpus + suffix + (replays() ? "-replay-" + replayed : "");
  }
}
