package org.palimpsest.pipeline.corrupt;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.tokenize.TextEncoder;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.pipeline.failure.NamedFailures;

/**
 * Adds columns with corrupted examples to rows, in a Spark task. The id of an example is a hash of
 * its text. A null text has null columns.
 *
 * @param maxTokens length of the longest text in tokens; longer ones are truncated
 * @param input index of the column of the texts
 * @param columns what the added columns hold
 */
public record CorruptStage(
    TokenizerFile tokenizer,
    Objective objective,
    Noise noise,
    int maxTokens,
    int input,
    List<CorruptedColumn> columns)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** What the noise is a function of, beside the text. */
  public record Noise(long seed, long epoch) implements Serializable {}

  public CorruptStage {
    columns = new ArrayList<>(columns);
  }

  /**
   * This stage, if its objective fits its tokenizer and the length of the texts.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if not
   */
  public CorruptStage checked() {
    Corruptor unused = corruptor();
    return this;
  }

  private Corruptor corruptor() {
    return objective.corruptor(tokenizer.tokenizer(), maxTokens);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Corruptor corruptor = corruptor();
    TextEncoder encoder = new TextEncoder(tokenizer.tokenizer());
    return new MappedIterator<>(
        rows,
        row ->
            row.isNullAt(input)
                ? extended(row, null)
                : NamedFailures.of(() -> corrupted(row, encoder, corruptor)));
  }

  private Row corrupted(Row row, TextEncoder encoder, Corruptor corruptor) {
    String text = row.getString(input);
    TokenBlock whole = encoder.block(ReadingId.ofText(text).high() & Long.MAX_VALUE, text);
    return extended(row, corruptor.corrupt(first(whole), noise.seed(), noise.epoch()));
  }

  private TokenBlock first(TokenBlock block) {
    return block.length() <= maxTokens ? block : block.first(maxTokens);
  }

  private Row extended(Row row, DenoisingExample example) {
    Object[] values = new Object[row.size() + columns.size()];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    for (int i = 0; i < columns.size(); i++) {
      values[row.size() + i] = example == null ? null : value(columns.get(i), example);
    }
    return RowFactory.create(values);
  }

  private Object value(CorruptedColumn column, DenoisingExample example) {
    Tokenizer shown = tokenizer.tokenizer();
    return switch (column) {
      case SOURCE -> shown.show(example.sourceTokens());
      case TARGET -> shown.show(example.targetTokens());
      case SOURCE_IDS -> boxed(example.sourceTokens());
      case TARGET_IDS -> boxed(example.targetTokens());
      case ROLES -> boxed(roles(example));
      case LOST_TOKENS -> lost(example);
      case HTML -> new ExampleHtml(shown).of(example);
    };
  }

  static int[] roles(DenoisingExample example) {
    int[] roles = new int[example.targetLength()];
    for (int t = 0; t < roles.length; t++) {
      roles[t] = example.roles()[t];
    }
    return roles;
  }

  private static int lost(DenoisingExample example) {
    int lost = 0;
    for (int role : roles(example)) {
      lost += role == DenoisingExample.CORRUPTED ? 1 : 0;
    }
    return lost;
  }

  private static Integer[] boxed(int[] ids) {
    Integer[] boxed = new Integer[ids.length];
    for (int i = 0; i < ids.length; i++) {
      boxed[i] = ids[i];
    }
    return boxed;
  }
}
