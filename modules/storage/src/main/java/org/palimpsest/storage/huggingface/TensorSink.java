package org.palimpsest.storage.huggingface;

/** Takes tensors out of a file, in the file's order. */
public interface TensorSink {
  /** Whether this tensor shall be read; otherwise its bytes are passed over. */
  boolean wants(TensorEntry tensor);

  /**
   * Takes a piece of a tensor.
   *
   * @param from position of the piece in the tensor, in elements
   * @param values a buffer that is filled again with the next piece
   */
  void accept(TensorEntry tensor, long from, float[] values, int count);
}
