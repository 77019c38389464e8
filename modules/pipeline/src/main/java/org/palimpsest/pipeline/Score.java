package org.palimpsest.pipeline;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.evaluation.metric.Bleu;
import org.palimpsest.evaluation.metric.RougeL;
import org.palimpsest.evaluation.metric.SquadMetrics;

/** A score of pairs of texts; each partition returns one row of sums, if it has any pairs. */
enum Score implements MapPartitionsFunction<Row, Row> {
  EXACT_MATCH("exactMatch"),
  TOKEN_F1("tokenF1"),
  ROUGE_L("rougeL"),
  BLEU("bleu");

  /** The number of pairs, the sum of their scores, and the counts of {@link Bleu}. */
  static final StructType SCHEMA = StructType.fromDDL("pairs long, sum double, bleu array<long>");

  private final String label;

  Score(String label) {
    this.label = label;
  }

  static Score named(String label) {
    return List.of(values()).stream()
        .filter(score -> score.label.equals(label))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Iterator<Row> call(Iterator<Row> pairs) {
    long count = 0;
    double sum = 0;
    Bleu bleu = new Bleu();
    while (pairs.hasNext()) {
      Row pair = pairs.next();
      count++;
      sum += score(pair.getString(0), pair.getString(1), bleu);
    }
    return count == 0
        ? List.<Row>of().iterator()
        : List.of(RowFactory.create(count, sum, boxed(bleu.counts()))).iterator();
  }

  private double score(String written, String wanted, Bleu bleu) {
    return switch (this) {
      case EXACT_MATCH -> SquadMetrics.exactMatch(written, wanted);
      case TOKEN_F1 -> SquadMetrics.f1(written, wanted);
      case ROUGE_L -> RougeL.f1(written, wanted);
      case BLEU -> {
        bleu.add(written, List.of(wanted));
        yield 0;
      }
    };
  }

  private static Long[] boxed(long[] counts) {
    Long[] boxed = new Long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      boxed[i] = counts[i];
    }
    return boxed;
  }

  /** The score of all partitions. */
  double total(List<Row> partitions) {
    long pairs = 0;
    double sum = 0;
    Bleu bleu = new Bleu();
    for (Row row : partitions) {
      pairs += row.getLong(0);
      sum += row.getDouble(1);
      List<Long> counts = row.getList(2);
      bleu.add(Bleu.of(counts.stream().mapToLong(Long::longValue).toArray()));
    }
    return this == BLEU ? bleu.score() : sum / pairs;
  }
}
