package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.palimpsest.base.Digests;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.store.LanePartitioner;
import org.palimpsest.corpus.text.Rejection;
import scala.Tuple2;

/**
 * Encodes rows as pairs and assigns each to a lane by a keyed hash of its texts, so the result does
 * not depend on files or partitions. The first byte of an encoded pair marks truncated texts.
 *
 * @param tokenizers the model's tokenizers
 */
record PairEncoder(PairTokenizers tokenizers, PairSettings settings) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int TRAINING_LANES = 16;

  /** The partitions of the shuffle. */
  static final LanePartitioner LANES = new LanePartitioner(TRAINING_LANES, 1);

  /** The partition of held-out pairs. */
  static final int VALIDATION = TRAINING_LANES;

  /** Marks a truncated source. */
  static final int CUT_SOURCE = 1;

  /** Marks a truncated target. */
  static final int CUT_TARGET = 2;

  /** Longest text of a rejected record that is listed, in characters. */
  private static final int SHOWN = 200;

  /** Number of tokens around a text: {@code <s>} and {@code </s>}. */
  private static final int FRAME = 2;

  /** Returns the place and the bytes of a row; a rejected record is "reason, newline, record". */
  Tuple2<LaneKey, byte[]> encode(Row row) {
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
    LaneKey place = place(source, target);
    try {
      return new Tuple2<>(place, encoded(source, target, place.partition() == VALIDATION));
    } catch (PalimpsestException e) {
      if (e.kind() != PalimpsestException.Kind.INPUT) {
        throw e;
      }
      return rejected(Rejection.NOT_ENCODABLE, source);
    }
  }

  private LaneKey place(String source, String target) {
    byte[] seed = ByteBuffer.allocate(Long.BYTES).putLong(settings.seed()).array();
    ByteBuffer hash = hash(seed, utf8(source), new byte[1], utf8(target));
    long first = hash.getLong();
    long second = hash.getLong();
    int lane =
        KeyedHash.unit(first) < settings.validationShare()
            ? VALIDATION
            : Math.floorMod(second, TRAINING_LANES);
    return new LaneKey(lane, first, second, hash.getLong());
  }

  private static ByteBuffer hash(byte[]... parts) {
    MessageDigest digest = Digests.sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return ByteBuffer.wrap(digest.digest());
  }

  private byte[] encoded(String source, String target, boolean heldOut) {
    int[] sourceIds = tokenizers.source().tokenizer().encode(settings.prefix() + source);
    int[] targetIds = tokenizers.target().tokenizer().encode(target);
    int maxSource = settings.maxSource() - FRAME;
    int maxTarget = settings.maxTarget() - FRAME;
    Pair pair =
        new Pair(cut(sourceIds, maxSource), cut(targetIds, maxTarget), heldOut ? target : "");
    byte[] bytes = pair.bytes();
    byte[] marked = new byte[bytes.length + 1];
    marked[0] =
        (byte)
            ((sourceIds.length > maxSource ? CUT_SOURCE : 0)
                | (targetIds.length > maxTarget ? CUT_TARGET : 0));
    System.arraycopy(bytes, 0, marked, 1, bytes.length);
    return marked;
  }

  private static int[] cut(int[] ids, int most) {
    return ids.length > most ? Arrays.copyOf(ids, most) : ids;
  }

  private static Tuple2<LaneKey, byte[]> rejected(String reason, String record) {
    String line = record.lines().findFirst().orElse("");
    String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    byte[] bytes = utf8(reason + "\n" + shown);
    ByteBuffer hash = hash(bytes);
    LaneKey place = new LaneKey(LANES.rejected(), hash.getLong(), hash.getLong(), hash.getLong());
    return new Tuple2<>(place, bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
