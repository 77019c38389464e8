package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Dropout;
import org.palimpsest.dl4j.layer.Norm;

/** The final norm of a pre-norm stack: dropout(norm(x)). */
public final class StackEnd implements Block {
  private final Norm norm;
  private final Dropout dropout;

  public StackEnd(Pass pass, String stack) {
    norm = new Norm(pass.workspace(), stack + ".layer_norm");
    dropout = new Dropout(pass.workspace(), pass.rng());
  }

  @Override
  public Matrix forward(Matrix x) {
    Matrix out = norm.forward(x);
    dropout.forward(out);
    return out;
  }

  @Override
  public Matrix backward(Matrix gradient) {
    dropout.backward(gradient);
    norm.backward(gradient);
    return gradient;
  }
}
