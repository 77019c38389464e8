package org.palimpsest.dl4j;

/** What ends a stack of a pre-norm transformer: dropout(norm(x)). */
final class StackEnd implements Block {
  private final Norm norm;
  private final Dropout dropout;

  StackEnd(Pass pass, String stack) {
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
