package org.palimpsest.training.transport.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.palimpsest.model.FlatVector;

/**
 * A flat vector in a broadcast. It is serialized in pieces, so that no serializer needs a second
 * vector or a buffer of the full length, and arrives in pieces on the heap.
 */
@DefaultSerializer(ExternalizableSerializer.class) // For programs without our registrator.
public final class Weights implements Externalizable {
  private static final long serialVersionUID = 2L;
  private static final int PIECE = FlatVector.CHUNK;

  private FlatVector vector = new PiecewiseVector(0);

  /** For deserialization. */
  public Weights() {}

  /** The vector must not change while the broadcast exists. */
  public Weights(FlatVector vector) {
    this.vector = vector;
  }

  FlatVector vector() {
    return vector;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeLong(vector.size());
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEachChunk(
        (from, chunk, count) -> {
          piece.asFloatBuffer().put(chunk, 0, count);
          out.write(piece.array(), 0, count * Float.BYTES);
        });
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    PiecewiseVector arrived = new PiecewiseVector(in.readLong());
    ByteBuffer bytes = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] piece : arrived.pieces()) {
      in.readFully(bytes.array(), 0, piece.length * Float.BYTES);
      bytes.asFloatBuffer().get(piece);
    }
    vector = arrived;
  }
}
