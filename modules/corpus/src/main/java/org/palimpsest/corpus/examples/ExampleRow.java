package org.palimpsest.corpus.examples;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * A corrupted example as a row of a Dataset. A bean, because Spark's encoder copies arrays of a
 * bean without boxing.
 */
public final class ExampleRow implements Serializable {
  /** Label of a position where no loss counts, as in PyTorch's cross entropy. */
  public static final int NO_LOSS = -100;

  private static final long serialVersionUID = 1L;

  private long epoch;
  private long block;
  private int[] source = {};
  private int[] decoderInput = {};
  private int[] decoderPositions = {};
  private int[] labels = {};
  private String sourceText = "";
  private String targetText = "";

  /** Creates an empty row, for Spark. */
  public ExampleRow() {}

  static ExampleRow of(DenoisingExample example, long epoch) {
    ExampleRow row = new ExampleRow();
    row.epoch = epoch;
    row.block = example.id();
    row.source = example.sourceTokens();
    row.decoderInput = Arrays.copyOf(example.decoderInput(), example.targetLength());
    row.decoderPositions = Arrays.copyOf(example.decoderPositions(), example.targetLength());
    row.labels = example.targetTokens();
    for (int t = 0; t < row.labels.length; t++) {
      if (!example.counted()[t]) {
        row.labels[t] = NO_LOSS;
      }
    }
    return row;
  }

  /** The row with the texts of source and target; marks have their names, such as a mask. */
  ExampleRow withTexts(Tokenizer tokenizer, int... target) {
    sourceText = text(tokenizer, source);
    targetText = text(tokenizer, target);
    return this;
  }

  /** The text of a sequence, without what stands around it. */
  private static String text(Tokenizer tokenizer, int... ids) {
    Vocabulary vocabulary = tokenizer.vocabulary();
    BitSet languages = vocabulary.languages();
    int from = 0;
    while (from < ids.length && (ids[from] == vocabulary.bos() || languages.get(ids[from]))) {
      from++;
    }
    int to = ids.length;
    while (to > from && (ids[to - 1] == vocabulary.eos() || languages.get(ids[to - 1]))) {
      to--;
    }
    return tokenizer.show(Arrays.copyOfRange(ids, from, to)).strip();
  }

  public String getSourceText() {
    return sourceText;
  }

  public void setSourceText(String sourceText) {
    this.sourceText = sourceText;
  }

  public String getTargetText() {
    return targetText;
  }

  public void setTargetText(String targetText) {
    this.targetText = targetText;
  }

  public long getEpoch() {
    return epoch;
  }

  public void setEpoch(long epoch) {
    this.epoch = epoch;
  }

  public long getBlock() {
    return block;
  }

  public void setBlock(long block) {
    this.block = block;
  }

  public int[] getSource() {
    return source;
  }

  public void setSource(int[] source) {
    this.source = source;
  }

  public int[] getDecoderInput() {
    return decoderInput;
  }

  public void setDecoderInput(int[] decoderInput) {
    this.decoderInput = decoderInput;
  }

  public int[] getDecoderPositions() {
    return decoderPositions;
  }

  public void setDecoderPositions(int[] decoderPositions) {
    this.decoderPositions = decoderPositions;
  }

  public int[] getLabels() {
    return labels;
  }

  public void setLabels(int[] labels) {
    this.labels = labels;
  }
}
