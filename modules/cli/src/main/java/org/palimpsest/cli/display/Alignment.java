package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * Aligns the source of an example with its target: by their longest common subsequence, with the
 * parts between its runs side by side. A target that consists of selected tokens only, as in MASS,
 * is aligned by its decoder positions.
 */
final class Alignment {
  private final DenoisingExample example;
  private final Vocabulary vocabulary;
  private final BitSet languages;
  private final int[] source;
  private final int[] target;
  private final int[][] common;
  private final List<Pair> pairs = new ArrayList<>();

  private Alignment(DenoisingExample example, Vocabulary vocabulary) {
    this.example = example;
    this.vocabulary = vocabulary;
    this.languages = vocabulary.languages();
    this.source = inner(example.sourceTokens());
    this.target = inner(example.targetTokens());
    this.common = isUnframed() ? new int[0][0] : commonSuffixes();
  }

  /**
   * The example as pairs, in the order of both sides; {@code <s>}, {@code </s>}, and languages are
   * left out.
   */
  static List<Pair> of(DenoisingExample example, Vocabulary vocabulary) {
    Alignment alignment = new Alignment(example, vocabulary);
    return alignment.isUnframed() ? alignment.alignByPosition() : alignment.align();
  }

  /** Whether the target consists of selected tokens only, without {@code </s>}. */
  private boolean isUnframed() {
    return target.length > 0 && !targetHas(DenoisingExample.CONTROL);
  }

  private List<Pair> alignByPosition() {
    int t = 0;
    for (int i = 0; i < source.length; ) {
      int from = i;
      int begin = t;
      Pair.Kind kind = kindAt(i, t);
      if (isTarget(i, t)) {
        while (isTarget(i, t) && kindAt(i, t) == kind) {
          i++;
          t++;
        }
      } else {
        while (i < source.length && !isTarget(i, t)) {
          i++;
        }
      }
      add(kind, from, i, begin, t);
    }
    return pairs;
  }

  private boolean isTarget(int i, int t) {
    return i < source.length && t < target.length && place(t) == i;
  }

  private Pair.Kind kindAt(int i, int t) {
    boolean corrupted = isTarget(i, t) && role(t) == DenoisingExample.CORRUPTED;
    return corrupted ? Pair.Kind.CORRUPTED : Pair.Kind.KEPT;
  }

  /**
   * The index in the source of a target token. Decoder positions are those of the left neighbor,
   * and an optional mode token precedes the text.
   */
  private int place(int t) {
    int first = source[0];
    boolean hasMode =
        vocabulary.isSpecial(first) && first != vocabulary.mask() && first != vocabulary.eos();
    return example.decoderPositions()[t] + (hasMode ? 1 : 0);
  }

  /** The tokens without {@code <s>}, {@code </s>}, and languages. */
  private int[] inner(int[] tokens) {
    int from = begins(tokens) ? 1 : 0;
    int to = tokens.length;
    if (to > from && languages.get(tokens[to - 1])) {
      to--;
    }
    if (to > from && tokens[to - 1] == vocabulary.eos()) {
      to--;
    }
    return Arrays.copyOfRange(tokens, from, to);
  }

  private boolean begins(int[] tokens) {
    return tokens.length > 0 && (tokens[0] == vocabulary.bos() || languages.get(tokens[0]));
  }

  /** {@code common[i][j]}: longest common subsequence of what follows i and j. */
  private int[][] commonSuffixes() {
    int[][] length = new int[source.length + 1][target.length + 1];
    for (int i = source.length - 1; i >= 0; i--) {
      for (int j = target.length - 1; j >= 0; j--) {
        length[i][j] =
            agree(i, j) ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    return length;
  }

  private boolean agree(int i, int j) {
    return source[i] == target[j] && role(j) != DenoisingExample.CORRUPTED;
  }

  private byte role(int j) {
    int frame = begins(example.targetTokens()) ? 1 : 0;
    return example.roles()[j + frame];
  }

  private List<Pair> align() {
    int i = 0;
    int j = 0;
    while (i < source.length || j < target.length) {
      int run = runOfAgreement(i, j);
      if (run > 0) {
        add(Pair.Kind.KEPT, i, i + run, j, j + run);
        i += run;
        j += run;
      } else {
        int left = i;
        int right = j;
        while ((i < source.length || j < target.length) && !meet(i, j)) {
          if (j == target.length || (i < source.length && common[i + 1][j] >= common[i][j + 1])) {
            i++;
          } else {
            j++;
          }
        }
        addGap(left, i, right, j);
      }
    }
    return pairs;
  }

  private boolean meet(int i, int j) {
    return i < source.length && j < target.length && agree(i, j);
  }

  private int runOfAgreement(int i, int j) {
    int run = 0;
    while (meet(i + run, j + run)) {
      run++;
    }
    return run;
  }

  /**
   * Adds the part between two runs. Corrupted words are paired with what the noise left in their
   * place; words that were only moved are paired with nothing.
   */
  private void addGap(int left, int i, int right, int j) {
    boolean sourceAdded = left == i;
    if (right == 0 && !isFullText()) {
      // The target continues where the source ends, as after a prefix.
      add(kindOfSourceAlone(left, i), left, i, right, right);
      sourceAdded = true;
    }
    int from = right;
    while (from < j) {
      Pair.Kind kind = kindOf(from);
      int to = from + 1;
      while (to < j && kindOf(to) == kind) {
        to++;
      }
      boolean withSource = !sourceAdded && kind == Pair.Kind.CORRUPTED && isFullText();
      add(kind, left, withSource ? i : left, from, to);
      sourceAdded |= withSource;
      from = to;
    }
    if (!sourceAdded) {
      add(kindOfSourceAlone(left, i), left, i, j, j);
    }
  }

  private Pair.Kind kindOfSourceAlone(int from, int to) {
    if (!isFullText()) {
      return Pair.Kind.KEPT; // Source tokens that the target omits have no loss.
    }
    boolean words = Arrays.stream(source, from, to).noneMatch(vocabulary::isSpecial);
    return words && targetHas(DenoisingExample.MOVED) ? Pair.Kind.MOVED : Pair.Kind.CORRUPTED;
  }

  /** Whether the target is the full text, not only the corrupted spans. */
  private boolean isFullText() {
    int text = 0;
    for (int t = 0; t < example.targetLength(); t++) {
      text += example.roles()[t] == DenoisingExample.CONTROL ? 0 : 1;
    }
    boolean hasOtherText = targetHas(DenoisingExample.KEPT) || targetHas(DenoisingExample.MOVED);
    return hasOtherText || text >= example.rawLength();
  }

  private boolean targetHas(byte role) {
    for (int t = 0; t < example.targetLength(); t++) {
      if (example.roles()[t] == role) {
        return true;
      }
    }
    return false;
  }

  private Pair.Kind kindOf(int j) {
    return role(j) == DenoisingExample.MOVED ? Pair.Kind.MOVED : Pair.Kind.CORRUPTED;
  }

  private void add(Pair.Kind kind, int left, int i, int right, int j) {
    pairs.add(
        new Pair(kind, Arrays.copyOfRange(source, left, i), Arrays.copyOfRange(target, right, j)));
  }
}
