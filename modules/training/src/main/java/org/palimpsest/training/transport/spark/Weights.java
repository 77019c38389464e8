package org.palimpsest.training.transport.spark;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.palimpsest.model.FlatVector;

/**
 * A flat vector in a broadcast. It is serialized in pieces, so that no serializer needs a second
 * vector or a buffer of the full length.
 */
public final class Weights implements Externalizable {
  private static final long serialVersionUID = 1L;
  private static final int PIECE = 1 << 16;

  private float[] values = {};

  /** For deserialization. */
  public Weights() {}

  public Weights(float[] values) {
    this.values = values;
  }

  /** Overwrites a vector of the same length. */
  void copyTo(FlatVector vector) {
    vector.write(0, values, 0, values.length);
  }

  /** The array itself. */
  float[] values() {
    return values;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(values.length);
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += PIECE) {
      int count = Math.min(PIECE, values.length - from);
      piece.asFloatBuffer().put(values, from, count);
      out.write(piece.array(), 0, count * Float.BYTES);
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    values = new float[in.readInt()];
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += PIECE) {
      int count = Math.min(PIECE, values.length - from);
      in.readFully(piece.array(), 0, count * Float.BYTES);
      piece.asFloatBuffer().get(values, from, count);
    }
  }
}
