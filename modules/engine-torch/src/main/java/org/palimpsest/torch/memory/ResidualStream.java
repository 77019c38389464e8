package org.palimpsest.torch.memory;

import org.bytedeco.pytorch.Tensor;

/**
 * The number type of the residual stream: of the activations between sub-layers, and of their
 * gradients. It is that of the parameters or, by {@link Execution.Stream#OPERANDS}, that of the
 * operands of matrix products, which then read and write the stream without conversions.
 *
 * <pre>{@code
 * ResidualStream stream = new ResidualStream(workspace);
 * Tensor sum = stream.buffer().shaped(rows, width);
 * linear.forward(stream.operands(sum, scratch), product);
 * }</pre>
 */
public record ResidualStream(Workspace workspace) {
  /** Whether the numbers of the stream are rounded, unlike the parameters. */
  public boolean isRounded() {
    return workspace.isMixed() && workspace.execution().stream() == Execution.Stream.OPERANDS;
  }

  /** Whether the stream has the type of the operands, rounded or not. */
  public boolean isOfOperands() {
    return isRounded() || !workspace.isMixed();
  }

  /** A new buffer for a tensor of the stream that outlives the forward pass. */
  public Buffer buffer() {
    return isRounded() ? workspace.operandBuffer() : workspace.buffer();
  }

  /** A shared buffer of that name for a tensor of the stream that is used immediately. */
  public Buffer scratch(String name) {
    return isRounded() ? workspace.operandScratch(name) : workspace.scratch(name);
  }

  /** Converts from the stream to operands, in {@code into} unless it already has their type. */
  public Tensor operands(Tensor x, Buffer into) {
    return isRounded() ? x : workspace.rounded(x, into);
  }

  /** Converts from operands to the stream, in {@code into} unless it has their type. */
  public Tensor ofOperands(Tensor x, Buffer into) {
    return isRounded() ? x : workspace.widened(x, into);
  }

  /** Converts from the stream to the parameters' type, in {@code into} unless it has that. */
  public Tensor widened(Tensor x, Buffer into) {
    return isRounded() ? workspace.widened(x, into) : x;
  }

  /** Converts from the parameters' type to the stream, in {@code into} unless it has that. */
  public Tensor ofWide(Tensor x, Buffer into) {
    return isRounded() ? workspace.rounded(x, into) : x;
  }
}
