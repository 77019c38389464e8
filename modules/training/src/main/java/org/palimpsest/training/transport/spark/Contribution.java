package org.palimpsest.training.transport.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import org.palimpsest.base.PalimpsestException;

/** One worker's encoded part of one slice of the model, as a shuffle carries it. */
@DefaultSerializer(ExternalizableSerializer.class) // For programs without our registrator.
public final class Contribution implements Externalizable {
  private static final long serialVersionUID = 1L;

  private int rank;
  private double weight;
  private byte[] encoded = {};

  /** For deserialization. */
  public Contribution() {}

  Contribution(int rank, double weight, byte[] encoded) {
    this.rank = rank;
    this.weight = weight;
    this.encoded = encoded;
  }

  int rank() {
    return rank;
  }

  /** Target tokens of the worker in the round. */
  double weight() {
    return weight;
  }

  byte[] encoded() {
    return encoded;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(rank);
    out.writeDouble(weight);
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    rank = in.readInt();
    weight = in.readDouble();
    int length = in.readInt();
    if (length < 0) {
      throw PalimpsestException.cluster(
          "A slice of the model arrived damaged through Spark's shuffle: start the run again.");
    }
    encoded = new byte[length];
    in.readFully(encoded);
  }
}
