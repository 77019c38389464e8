package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import scala.Tuple2;

/**
 * Rows to encoded pairs, each at its place. What is stored begins with a byte: how it was cut.
 *
 * @param tokenizer the model's
 */
record PairEncoder(TokenizerFile tokenizer, PairSettings settings, PairPlan plan)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  /** {@code <s>} and {@code </s>}. */
  private static final int FRAME = 2;

  static final int CUT_SOURCE = 1;
  static final int CUT_TARGET = 2;

  /** The place and the bytes of what stands in a row. */
  Tuple2<Tuple2<Integer, String>, byte[]> encode(Row row) {
    String source = row.getString(0);
    String target = row.getString(1);
    if (!row.isNullAt(2)) {
      return rejected("not a JSON object", row.getString(2));
    }
    if (source == null || source.isBlank()) {
      return rejected("no " + settings.sourceField(), String.valueOf(target));
    }
    if (target == null || target.isBlank()) {
      return rejected("no " + settings.targetField(), source);
    }
    Tuple2<Integer, String> place = plan.place(source, target);
    return new Tuple2<>(place, encoded(source, target, place._1() == PairPlan.validation()));
  }

  private byte[] encoded(String source, String target, boolean heldOut) {
    Tokenizer encoder = tokenizer.tokenizer();
    int[] read = encoder.encode(settings.prefix() + source);
    int[] written = encoder.encode(target);
    int mostRead = settings.maxSource() - FRAME;
    int mostWritten = settings.maxTarget() - FRAME;
    Pair pair = new Pair(cut(read, mostRead), cut(written, mostWritten), heldOut ? target : "");
    byte[] bytes = pair.bytes();
    byte[] marked = new byte[bytes.length + 1];
    marked[0] =
        (byte)
            ((read.length > mostRead ? CUT_SOURCE : 0)
                | (written.length > mostWritten ? CUT_TARGET : 0));
    System.arraycopy(bytes, 0, marked, 1, bytes.length);
    return marked;
  }

  private static int[] cut(int[] ids, int most) {
    return ids.length > most ? Arrays.copyOf(ids, most) : ids;
  }

  /** Reason and record, a line each; sorted by both, so that the list is the same every time. */
  private static Tuple2<Tuple2<Integer, String>, byte[]> rejected(String reason, String record) {
    String line = record.lines().findFirst().orElse("");
    String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    String text = reason + "\n" + shown;
    return new Tuple2<>(
        new Tuple2<>(PairPlan.rejected(), text), text.getBytes(StandardCharsets.UTF_8));
  }
}
