package org.palimpsest.cli.display;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.palimpsest.corpus.overlap.Contamination;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.objective.TokenBlock;

/** Shows a corpus: the counts of its manifest, the lengths of its blocks, and blocks as text. */
public final class CorpusPage {
  private static final String FACT = "%-22s %s";
  private static final String BOTH = "%-22s %,18d %,18d";
  private static final int BAR = 40;

  private final Corpus corpus;
  private final Manifest manifest;
  private final AnsiStyle style;
  private final int columns;

  /**
   * @param columns width of the page, in characters
   */
  public CorpusPage(Corpus corpus, AnsiStyle style, int columns) {
    this.corpus = corpus;
    this.manifest = corpus.manifest();
    this.style = style;
    this.columns = columns;
  }

  /** The lines of the table and of the histograms. */
  public List<String> facts() {
    List<String> lines = new ArrayList<>();
    lines.add(fact("corpus", corpus.path()));
    lines.add(fact("vocabulary", format("%,d", manifest.vocabularySize())));
    lines.add(fact("tokenizer", "sha256:" + manifest.tokenizer().sha256().substring(0, 16)));
    lines.add(fact("block size", manifest.blockSize()));
    lines.add(fact("seed", manifest.seed()));
    lines.add("");
    addSplits(lines);
    addGenerations(lines);
    addRejected(lines);
    addLengths(lines, "training", manifest.training());
    addLengths(lines, "held-out", manifest.validation());
    return lines;
  }

  /** What the splits have in common. */
  public static List<String> contamination(Contamination found) {
    return List.of(
        fact(
            "shared runs",
            format(
                "%.2f %% of the held-out runs of %d tokens are in the training text, too%s",
                100 * found.sharedNgrams(),
                found.ngram(),
                found.sampled() ? " (a sample of the blocks)" : "")),
        near("held-out documents", found.heldOut(), "training"),
        near("training documents", found.training(), "held-out"));
  }

  private static String near(String name, Contamination.Documents documents, String other) {
    return fact(
        name,
        format(
            "%,d of %,d share at least half of their runs with the %s text, %,d share all",
            documents.near(), documents.count(), other, documents.contained()));
  }

  private void addSplits(List<String> lines) {
    lines.add(style.strong(format("%-22s %18s %18s", "", "training", "held-out")));
    lines.add(both("documents", Manifest.SplitEntry::documents));
    lines.add(both("sentences", Manifest.SplitEntry::sentences));
    lines.add(both("tokens", Manifest.SplitEntry::tokens));
    lines.add(both("bytes of text", Manifest.SplitEntry::utf8Bytes));
    lines.add(both("blocks", Manifest.SplitEntry::blocks));
    lines.add(
        format(
            "%-22s %17.2f%% %17.2f%%",
            "padding",
            100 * manifest.training().paddingShare(),
            100 * manifest.validation().paddingShare()));
    lines.add(both("lanes", split -> split.lanes().size()));
    lines.add(both("shortest lane, blocks", split -> rows(split)[0]));
    lines.add(both("longest lane, blocks", split -> rows(split)[1]));
    lines.add(
        both(
            "bytes in files",
            split -> split.lanes().stream().mapToLong(lane -> lane.file().size()).sum()));
  }

  private static long[] rows(Manifest.SplitEntry split) {
    long[] sorted = split.lanes().stream().mapToLong(Manifest.LaneEntry::rows).sorted().toArray();
    return sorted.length == 0 ? new long[2] : new long[] {sorted[0], sorted[sorted.length - 1]};
  }

  private void addGenerations(List<String> lines) {
    lines.add("");
    lines.add(style.strong(format("%-22s %18s %18s", "generation", "documents", "blocks")));
    int number = 1;
    for (Generation generation : manifest.generations()) {
      String input = generation.settings().getOrDefault("corpus.input", "");
      String counts = format(BOTH, number++, generation.documents(), generation.blocks());
      String withdrawn =
          generation
              .removed()
              .map(r -> format("withdrawn: %,d blocks of %s", r.blocks(), r.sources()))
              .orElse("");
      lines.add((counts + "  " + input + withdrawn).stripTrailing());
    }
  }

  private void addRejected(List<String> lines) {
    lines.add("");
    long all = manifest.rejected().values().stream().mapToLong(count -> count).sum();
    lines.add(fact("rejected records", format("%,d", all)));
    for (Map.Entry<String, Long> reason : manifest.rejected().entrySet()) {
      lines.add(format("  %-20s %,d", reason.getKey(), reason.getValue()));
    }
  }

  private void addLengths(List<String> lines, String name, Manifest.SplitEntry split) {
    if (split.blocks() == 0) {
      return;
    }
    lines.add("");
    lines.add(style.strong(name + " blocks by length"));
    long most = split.blockLengths().stream().mapToLong(c -> c.blocks()).max().orElse(1);
    int from = 1;
    for (Manifest.LengthClass length : split.blockLengths()) {
      String bar = "#".repeat((int) ((BAR * length.blocks() + most - 1) / most));
      lines.add(
          format("  %5d-%-5d %,14d %s", from, length.upTo(), length.blocks(), bar).stripTrailing());
      from = length.upTo() + 1;
    }
  }

  /** The lines of one block: its counts, and its text with separators shown. */
  public List<String> block(TokenBlock block) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        style.strong(
            format(
                "block %,d: %s, %s, %s",
                block.id(),
                counted(block.length(), "token"),
                counted(block.sentenceStarts().length, "sentence"),
                counted(documents(block), "document"))));
    lines.addAll(wrapped(corpus.tokenizer().show(block.tokens()).strip()));
    return lines;
  }

  /** Counts a document that continues from the previous block. */
  private static int documents(TokenBlock block) {
    int[] starts = block.documentStarts();
    return starts.length > 0 && starts[0] == 0 ? starts.length : starts.length + 1;
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private List<String> wrapped(String text) {
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    String shown = text.replaceAll("\\s+", " ");
    breaks.setText(shown);
    List<String> lines = new ArrayList<>();
    int start = 0;
    int fits = 0;
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      if (DisplayWidth.of(shown.substring(start, end)) > columns && fits > start) {
        lines.add(shown.substring(start, fits).stripTrailing());
        start = fits;
      }
      fits = end;
    }
    lines.add(shown.substring(start).stripTrailing());
    return lines;
  }

  private String both(String name, ToLongFunction<Manifest.SplitEntry> count) {
    return format(
        BOTH,
        name,
        count.applyAsLong(manifest.training()),
        count.applyAsLong(manifest.validation()));
  }

  private static String fact(String name, Object value) {
    return format(FACT, name, value);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
