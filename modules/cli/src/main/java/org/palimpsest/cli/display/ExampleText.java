package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * A corrupted example as two lines of text, source above target, each corrupted span aligned with
 * what the noise left in its place.
 */
public final class ExampleText {
  private static final String SOURCE = "source  ";
  private static final String TARGET = "target  ";
  private static final String ABSENT = "·";

  private final Vocabulary vocabulary;
  private final Function<int[], String> decoder;
  private final AnsiStyle style;
  private final int columns;

  /**
   * @param vocabulary of the examples
   * @param decoder ids to text, with masks and sentinels spelled out
   * @param style colors, or none
   * @param columns width of a line, in characters
   */
  public ExampleText(
      Vocabulary vocabulary, Function<int[], String> decoder, AnsiStyle style, int columns) {
    this.vocabulary = vocabulary;
    this.decoder = decoder;
    this.style = style;
    this.columns = Math.max(40, columns);
  }

  /** The lines, each without a line break; an empty line separates pairs of lines. */
  public List<String> lines(DenoisingExample example) {
    List<Cell> cells = new ArrayList<>();
    for (Pair pair : Alignment.of(example, vocabulary)) {
      addCells(pair, cells);
    }
    return wrapped(cells);
  }

  private void addCells(Pair pair, List<Cell> cells) {
    String source = decoder.apply(pair.source());
    String target = decoder.apply(pair.target());
    List<String> above = pieces(source);
    List<String> below = pieces(target);
    boolean joined = !startsWord(target.isEmpty() ? source : target);
    int room = columns - SOURCE.length();
    int longest = Math.max(DisplayWidth.of(source.strip()), DisplayWidth.of(target.strip()));
    if (!above.equals(below) && longest <= room) {
      cells.add(new Cell(pair.kind(), joined, source.strip(), target.strip()));
      return;
    }
    for (int w = 0; w < Math.max(above.size(), below.size()); w++) {
      boolean toTheLeft = w == 0 && joined;
      cells.add(new Cell(pair.kind(), toTheLeft, wordAt(above, w), wordAt(below, w)));
    }
  }

  /** A piece can start or end in the middle of a word. */
  private static boolean startsWord(String text) {
    return text.isEmpty() || Character.isWhitespace(text.charAt(0));
  }

  /** The words; one that is longer than a line, such as a long run of masks, is cut. */
  private List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int room = columns - SOURCE.length();
    for (String word : text.strip().split("\\s+", -1)) {
      for (int from = 0; from < word.length(); ) {
        int end = DisplayWidth.end(word, from, room);
        pieces.add(word.substring(from, end));
        from = end;
      }
    }
    return pieces;
  }

  /** Only the first of several absent words is shown as absent. */
  private static String wordAt(List<String> words, int index) {
    String beyond = index == 0 ? "" : " ";
    return index < words.size() ? words.get(index) : beyond;
  }

  private List<String> wrapped(List<Cell> cells) {
    List<String> lines = new ArrayList<>();
    StringBuilder above = new StringBuilder();
    StringBuilder below = new StringBuilder();
    int used = 0;
    for (Cell cell : cells) {
      String gap = used == 0 || cell.joined() ? "" : " ";
      if (used > 0 && SOURCE.length() + used + gap.length() + cell.width() > columns) {
        end(above, below, lines);
        used = 0;
        gap = "";
      }
      above.append(gap).append(cell.source(style));
      below.append(gap).append(cell.target(style));
      used += gap.length() + cell.width();
    }
    end(above, below, lines);
    return lines;
  }

  private static void end(StringBuilder above, StringBuilder below, List<String> lines) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add((SOURCE + above).stripTrailing());
    lines.add((TARGET + below).stripTrailing());
    above.setLength(0);
    below.setLength(0);
  }

  /** One column: source above target, padded to one width; joined to the previous one, or not. */
  private record Cell(Pair.Kind kind, boolean joined, String above, String below) {
    int width() {
      return Math.max(Math.max(DisplayWidth.of(above), DisplayWidth.of(below)), 1);
    }

    String source(AnsiStyle style) {
      return padded(above, style, kind == Pair.Kind.CORRUPTED ? style::corrupted : other(style));
    }

    String target(AnsiStyle style) {
      return padded(below, style, kind == Pair.Kind.CORRUPTED ? style::restored : other(style));
    }

    private Function<String, String> other(AnsiStyle style) {
      return kind == Pair.Kind.MOVED ? style::moved : style::faint;
    }

    private String padded(String text, AnsiStyle style, Function<String, String> paint) {
      boolean absent = text.isEmpty();
      String shown = absent ? ABSENT : text;
      String painted = absent ? style.faint(shown) : paint.apply(shown);
      return painted + " ".repeat(width() - DisplayWidth.of(shown));
    }
  }
}
