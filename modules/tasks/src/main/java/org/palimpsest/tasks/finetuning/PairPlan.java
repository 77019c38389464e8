package org.palimpsest.tasks.finetuning;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.spark.Partitioner;
import org.palimpsest.base.Digests;
import scala.Tuple2;

/**
 * Which pair goes where, by a keyed hash of its texts, so that nothing depends on files or
 * partitions: the partitions of the shuffle are the training lanes, one of held-out pairs, and one
 * of records that are none.
 */
final class PairPlan extends Partitioner {
  private static final long serialVersionUID = 1L;
  static final int LANES = 16;

  private final long seed;
  private final double validationShare;

  PairPlan(PairSettings settings) {
    seed = settings.seed();
    validationShare = settings.validationShare();
  }

  static int validation() {
    return LANES;
  }

  static int rejected() {
    return LANES + 1;
  }

  /** The lane and the place in it of a pair of texts. */
  Tuple2<Integer, String> place(String source, String target) {
    byte[] hash = hash(source, target);
    ByteBuffer bits = ByteBuffer.wrap(hash);
    double draw = (bits.getLong() >>> 11) * 0x1.0p-53;
    int lane =
        draw < validationShare ? validation() : (int) Math.floorMod(bits.getLong(), (long) LANES);
    return new Tuple2<>(lane, Digests.hex(hash));
  }

  private byte[] hash(String source, String target) {
    MessageDigest digest = Digests.sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
    digest.update(source.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(target.getBytes(StandardCharsets.UTF_8));
    return digest.digest();
  }

  @Override
  public int numPartitions() {
    return LANES + 2;
  }

  @Override
  @SuppressWarnings("unchecked") // keys are what place() makes
  public int getPartition(Object key) {
    return ((Tuple2<Integer, String>) key)._1();
  }
}
