package org.palimpsest.training.saving;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.palimpsest.model.FlatVector;

/**
 * What a look at all parameters tells at the end of a segment.
 *
 * @param isFinite whether each is a number: what is not must never become a checkpoint
 * @param checksum CRC-32C of their bytes: all replicas should have the same
 */
public record ParameterCheck(boolean isFinite, long checksum) {
  private static final int PIECE = 1 << 16;

  public static ParameterCheck of(FlatVector vector) {
    float[] piece = new float[PIECE];
    ByteBuffer bytes = ByteBuffer.allocate(PIECE * Float.BYTES);
    CRC32C checksum = new CRC32C();
    boolean finite = true;
    for (long from = 0; from < vector.size(); from += PIECE) {
      int count = (int) Math.min(PIECE, vector.size() - from);
      vector.read(from, piece, 0, count);
      for (int i = 0; i < count; i++) {
        finite &= Float.isFinite(piece[i]);
      }
      bytes.asFloatBuffer().put(piece, 0, count);
      checksum.update(bytes.array(), 0, count * Float.BYTES);
    }
    return new ParameterCheck(finite, checksum.getValue());
  }
}
