package org.palimpsest.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;

/** A replica that writes its last parameters to a file named after its process id. */
record RecordedReplica(Replica replica, Path folder) implements Trainable<Batch> {
  @Override
  public FlatVector parameters() {
    return replica.parameters();
  }

  @Override
  public FlatVector gradients() {
    return replica.gradients();
  }

  @Override
  public FlatVector optimizerState() {
    return replica.optimizerState();
  }

  @Override
  public long updates() {
    return replica.updates();
  }

  @Override
  public void restoreUpdates(long updates) {
    replica.restoreUpdates(updates);
  }

  @Override
  public void zeroGradients() {
    replica.zeroGradients();
  }

  @Override
  public LossSum backward(Batch batch, DropoutKey key) {
    return replica.backward(batch, key);
  }

  @Override
  public double gradientNorm() {
    return replica.gradientNorm();
  }

  @Override
  public void scaleGradients(double factor) {
    replica.scaleGradients(factor);
  }

  @Override
  public void update(double learningRate) {
    replica.update(learningRate);
  }

  @Override
  public LossSum loss(Batch batch) {
    return replica.loss(batch);
  }

  @Override
  public void close() {
    float[] parameters = replica.parameters().toArray();
    ByteBuffer bytes = ByteBuffer.allocate(parameters.length * Float.BYTES);
    bytes.asFloatBuffer().put(parameters);
    try {
      Files.write(folder.resolve(ProcessHandle.current().pid() + ".bin"), bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      replica.close();
    }
  }
}
