package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * Finds which part of a source stands where which part of its target belongs: the longest common
 * subsequence of the two, with what lies between its runs side by side.
 */
final class Alignment {
  private final DenoisingExample example;
  private final Vocabulary vocabulary;
  private final int[] source;
  private final int[] target;
  private final int[][] common;
  private final List<Pair> pairs = new ArrayList<>();

  private Alignment(DenoisingExample example, Vocabulary vocabulary) {
    this.example = example;
    this.vocabulary = vocabulary;
    this.source = inner(example.sourceTokens());
    this.target = inner(example.targetTokens());
    this.common = commonSuffixes();
  }

  /**
   * The example as pairs, in the order of both sides; {@code <s>} and {@code </s>} are left out.
   */
  static List<Pair> of(DenoisingExample example, Vocabulary vocabulary) {
    return new Alignment(example, vocabulary).align();
  }

  /** The tokens without the frame of begin and end. */
  private int[] inner(int[] tokens) {
    int from = tokens.length > 0 && tokens[0] == vocabulary.bos() ? 1 : 0;
    int to = tokens.length;
    if (to > from && tokens[to - 1] == vocabulary.eos()) {
      to--;
    }
    return Arrays.copyOfRange(tokens, from, to);
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
    return source[i] == target[j] && role(j) != DenoisingExample.DAMAGED;
  }

  private byte role(int j) {
    int frame = example.targetLength() > 0 && example.target()[0] == vocabulary.bos() ? 1 : 0;
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
   * What lies between two runs. Lost words stand beside what the noise left in their place; words
   * that only stand elsewhere have nothing beside them.
   */
  private void addGap(int left, int i, int right, int j) {
    boolean sourceShown = left == i;
    if (right == 0 && !isFullText()) {
      // The target goes on where the source ends, as after a prefix.
      add(kindOfSourceAlone(left, i), left, i, right, right);
      sourceShown = true;
    }
    int from = right;
    while (from < j) {
      Pair.Kind kind = kindOf(from);
      int to = from + 1;
      while (to < j && kindOf(to) == kind) {
        to++;
      }
      boolean besideSource = !sourceShown && kind == Pair.Kind.DAMAGED && isFullText();
      add(kind, left, besideSource ? i : left, from, to);
      sourceShown |= besideSource;
      from = to;
    }
    if (!sourceShown) {
      add(kindOfSourceAlone(left, i), left, i, j, j);
    }
  }

  private Pair.Kind kindOfSourceAlone(int from, int to) {
    if (!isFullText()) {
      return Pair.Kind.KEPT; // What the target leaves out is nobody's loss.
    }
    boolean words = Arrays.stream(source, from, to).noneMatch(vocabulary::isSpecial);
    return words && targetHas(DenoisingExample.MOVED) ? Pair.Kind.MOVED : Pair.Kind.DAMAGED;
  }

  /** Whether the target is the whole text, not the lost spans alone. */
  private boolean isFullText() {
    int text = 0;
    for (int t = 0; t < example.targetLength(); t++) {
      text += example.roles()[t] == DenoisingExample.CONTROL ? 0 : 1;
    }
    boolean undamagedToo = targetHas(DenoisingExample.KEPT) || targetHas(DenoisingExample.MOVED);
    return undamagedToo || text >= example.rawLength();
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
    return role(j) == DenoisingExample.MOVED ? Pair.Kind.MOVED : Pair.Kind.DAMAGED;
  }

  private void add(Pair.Kind kind, int left, int i, int right, int j) {
    pairs.add(
        new Pair(kind, Arrays.copyOfRange(source, left, i), Arrays.copyOfRange(target, right, j)));
  }
}
