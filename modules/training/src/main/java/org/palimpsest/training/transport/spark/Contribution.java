package org.palimpsest.training.transport.spark;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import org.palimpsest.base.PalimpsestException;

/** What one worker adds to one slice of the model, packed, on its way through a shuffle. */
public final class Contribution implements Externalizable {
  private static final long serialVersionUID = 1L;

  private int rank;
  private double weight;
  private byte[] packed = {};

  /** For deserialization. */
  public Contribution() {}

  Contribution(int rank, double weight, byte[] packed) {
    this.rank = rank;
    this.weight = weight;
    this.packed = packed;
  }

  int rank() {
    return rank;
  }

  /** Target tokens that the worker has learned from in the round. */
  double weight() {
    return weight;
  }

  byte[] packed() {
    return packed;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(rank);
    out.writeDouble(weight);
    out.writeInt(packed.length);
    out.write(packed);
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    rank = in.readInt();
    weight = in.readDouble();
    int length = in.readInt();
    if (length < 0) {
      throw PalimpsestException.cluster("A contribution came through Spark damaged.");
    }
    packed = new byte[length];
    in.readFully(packed);
  }
}
