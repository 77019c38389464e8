package org.palimpsest.cli.extending;

import org.palimpsest.model.FlatVector;
import org.palimpsest.model.ForwardingTrainable;
import org.palimpsest.model.Trainable;

/**
 * An optimizer over any engine: each parameter moves by the learning rate against the sign of its
 * gradient. One with state also overrides {@code optimizerState}, which goes into checkpoints, and
 * {@code updates}.
 */
public final class SignDescent<B> extends ForwardingTrainable<B> {
  private static final int CHUNK = 1 << 16;

  private final float[] values = new float[CHUNK];
  private final float[] slopes = new float[CHUNK];

  public SignDescent(Trainable<B> replica) {
    super(replica);
  }

  @Override
  public void update(double learningRate) {
    FlatVector parameters = parameters();
    for (long from = 0; from < parameters.size(); from += CHUNK) {
      int count = (int) Math.min(CHUNK, parameters.size() - from);
      parameters.read(from, values, 0, count);
      gradients().read(from, slopes, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] -= (float) (learningRate * Math.signum(slopes[i]));
      }
      parameters.write(from, values, 0, count);
    }
  }
}
