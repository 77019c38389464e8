package org.palimpsest.training.saving;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.palimpsest.model.FlatVector;

/**
 * The result of a pass over all parameters before a checkpoint.
 *
 * @param isFinite whether every parameter is finite; if not, no checkpoint is written
 * @param checksum CRC-32C of the parameters' bytes, to compare replicas
 */
public record ParameterCheck(boolean isFinite, long checksum) {
  public static ParameterCheck of(FlatVector vector) {
    ByteBuffer bytes = ByteBuffer.allocate(FlatVector.CHUNK * Float.BYTES);
    CRC32C checksum = new CRC32C();
    boolean[] finite = {true};
    vector.forEachChunk(
        (from, values, count) -> {
          for (int i = 0; i < count; i++) {
            finite[0] &= Float.isFinite(values[i]);
          }
          bytes.asFloatBuffer().put(values, 0, count);
          checksum.update(bytes.array(), 0, count * Float.BYTES);
        });
    return new ParameterCheck(finite[0], checksum.getValue());
  }
}
