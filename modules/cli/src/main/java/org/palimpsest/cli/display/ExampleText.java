package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * A damaged example as two lines of text, source over target, each lost span beside what the noise
 * left in its place.
 */
public final class ExampleText {
  private static final String SOURCE = "source  ";
  private static final String TARGET = "target  ";
  private static final String ABSENT = "·";

  private final Vocabulary vocabulary;
  private final Function<int[], String> decoder;
  private final Ink ink;
  private final int columns;

  /**
   * @param vocabulary of the examples
   * @param decoder ids to text, with masks and sentinels spelled out
   * @param ink colours or none
   * @param columns width of a line, in characters
   */
  public ExampleText(Vocabulary vocabulary, Function<int[], String> decoder, Ink ink, int columns) {
    this.vocabulary = vocabulary;
    this.decoder = decoder;
    this.ink = ink;
    this.columns = Math.max(40, columns);
  }

  /** The lines, each without a line break; pairs of lines are parted by empty ones. */
  public List<String> lines(DenoisingExample example) {
    List<Cell> cells = new ArrayList<>();
    for (Pair pair : Alignment.of(example, vocabulary)) {
      addCells(pair, cells);
    }
    return wrapped(cells);
  }

  private void addCells(Pair pair, List<Cell> cells) {
    List<String> above = words(pair.source());
    List<String> below = words(pair.target());
    boolean alike = above.equals(below);
    int room = columns - SOURCE.length();
    int longest = Math.max(lengthOf(above), lengthOf(below));
    if (!alike && longest <= room) {
      cells.add(new Cell(pair.kind(), String.join(" ", above), String.join(" ", below)));
      return;
    }
    for (int w = 0; w < Math.max(above.size(), below.size()); w++) {
      cells.add(new Cell(pair.kind(), wordAt(above, w), wordAt(below, w)));
    }
  }

  private List<String> words(int[] tokens) {
    if (tokens.length == 0) {
      return List.of();
    }
    String text = decoder.apply(tokens).strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
  }

  private static int lengthOf(List<String> words) {
    return String.join(" ", words).length();
  }

  private static String wordAt(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  private List<String> wrapped(List<Cell> cells) {
    List<String> lines = new ArrayList<>();
    StringBuilder above = new StringBuilder();
    StringBuilder below = new StringBuilder();
    int used = 0;
    for (Cell cell : cells) {
      int width = cell.width();
      if (used > 0 && SOURCE.length() + used + 1 + width > columns) {
        end(above, below, lines);
        used = 0;
      }
      above.append(' ').append(cell.source(ink));
      below.append(' ').append(cell.target(ink));
      used += 1 + width;
    }
    end(above, below, lines);
    return lines;
  }

  private static void end(StringBuilder above, StringBuilder below, List<String> lines) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add((SOURCE + above.substring(Math.min(1, above.length()))).stripTrailing());
    lines.add((TARGET + below.substring(Math.min(1, below.length()))).stripTrailing());
    above.setLength(0);
    below.setLength(0);
  }

  /** One column: what stands above and below, of one width. */
  private record Cell(Pair.Kind kind, String above, String below) {
    int width() {
      return Math.max(Math.max(above.length(), below.length()), 1);
    }

    String source(Ink ink) {
      return padded(above, ink, kind == Pair.Kind.DAMAGED ? ink::damage : other(ink));
    }

    String target(Ink ink) {
      return padded(below, ink, kind == Pair.Kind.DAMAGED ? ink::restored : other(ink));
    }

    private Function<String, String> other(Ink ink) {
      return kind == Pair.Kind.MOVED ? ink::moved : ink::faint;
    }

    private String padded(String text, Ink ink, Function<String, String> paint) {
      boolean absent = text.isEmpty();
      String shown = absent ? ABSENT : text;
      String painted = absent ? ink.faint(shown) : paint.apply(shown);
      return painted + " ".repeat(width() - shown.length());
    }
  }
}
