package org.palimpsest.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigDecimal;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;

/**
 * The columns of a DataFrame that a fit reads, with what identifies their content: the number of
 * rows, and the sum of the hashes of the rows, which does not depend on their order.
 *
 * @param rows two columns of type string: text and id (perhaps empty), or source and target
 * @param count number of rows
 * @param hash 12 hexadecimal digits
 */
record TrainingData(Dataset<Row> rows, long count, String hash) {
  /** What the inputs of such data begin with, where others have a path. */
  private static final String PREFIX = "dataframe:";

  /** The texts of a DataFrame, with their ids if it has any. */
  static TrainingData texts(Dataset<?> data, String text, String id) {
    Column ids = id.isEmpty() ? lit("") : Columns.any(data, id, "idCol").cast(DataTypes.StringType);
    return of(data, Columns.text(data, text, "textCol"), ids);
  }

  /** The pairs of a DataFrame. */
  static TrainingData pairs(Dataset<?> data, String source, String target) {
    return of(
        data, Columns.text(data, source, "sourceCol"), Columns.text(data, target, "targetCol"));
  }

  private static TrainingData of(Dataset<?> data, Column first, Column second) {
    if (data.isStreaming()) {
      throw PalimpsestException.input(
          "A fit needs a DataFrame that is not a stream: read the data with spark.read.");
    }
    Dataset<Row> rows = data.toDF().select(first, second);
    // As decimals, because the sum of many hashes exceeds 64 bits.
    Column hash = xxhash64(col("second"), col("first")).cast("decimal(20,0)");
    Row sums =
        rows.toDF("first", "second")
            .agg(functions.count(lit(1)), coalesce(sum(hash), lit(BigDecimal.ZERO)))
            .first();
    if (sums.getLong(0) == 0) {
      throw PalimpsestException.input(
          "The DataFrame has no rows: check how it was read and filtered.");
    }
    return new TrainingData(rows, sums.getLong(0), digits(sums.getDecimal(1)));
  }

  private static String digits(BigDecimal sum) {
    return Digests.sha256Hex(sum.toBigInteger().toString()).substring(0, 12);
  }

  /** The name of the data as the input of a corpus or of pairs. */
  String input() {
    return PREFIX + count + "-" + hash;
  }
}
