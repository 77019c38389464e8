package org.palimpsest.storage.huggingface;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.bytes.ByteSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of tensors, which are read in the file's order, in pieces, as fp32. */
abstract class TensorFile implements Closeable {
  private static final int PIECE = 1 << 16;
  private static final Logger LOG = LoggerFactory.getLogger(TensorFile.class);

  private final ByteSource source;
  private final String file;
  private final float[] values = new float[PIECE];

  TensorFile(ByteSource source, String file) {
    this.source = source;
    this.file = file;
  }

  /**
   * Looks at what the file says of its tensors, not at them.
   *
   * @param file how messages call the file; its name decides the format
   * @throws PalimpsestException of kind INPUT if the file is damaged
   */
  static TensorFile open(ByteSource source, String file) {
    return file.endsWith(WeightFiles.TORCH_SUFFIX)
        ? TorchReader.open(source, file)
        : SafetensorsReader.open(source, file);
  }

  /** The tensors, in the order of their bytes. */
  abstract List<TensorEntry> entries();

  /** Reads some elements of a tensor of floating-point numbers. */
  abstract void decode(TensorEntry tensor, long from, float[] into, int count) throws IOException;

  /**
   * Reads some elements of a tensor.
   *
   * @throws PalimpsestException of kind INPUT if it holds no floating-point numbers
   */
  final void read(TensorEntry tensor, long from, float[] into, int count) throws IOException {
    if (!tensor.dtype().isReadable()) {
      throw PalimpsestException.input(
          file
              + " holds "
              + tensor.name()
              + " as "
              + tensor.dtype()
              + ", but parameters must be F32, F64, F16 or BF16.");
    }
    decode(tensor, from, into, count);
  }

  /**
   * Reads all tensors that {@code sink} wants.
   *
   * @throws PalimpsestException of kind INPUT if the file is damaged, or a wanted tensor holds no
   *     floating-point numbers
   */
  final void read(TensorSink sink) {
    try {
      for (TensorEntry tensor : entries()) {
        if (sink.wants(tensor)) {
          readTensor(tensor, sink);
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private void readTensor(TensorEntry tensor, TensorSink sink) throws IOException {
    for (long from = 0; from < tensor.size(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.size() - from);
      read(tensor, from, values, count);
      sink.accept(tensor, from, values, count);
    }
  }

  /** Shows all bytes of the file to a witness, a checksum for instance, in pieces. */
  final void show(Consumer<ByteBuffer> witness) {
    try {
      for (long from = 0; from < source.size(); from += PIECE) {
        witness.accept(source.at(from, (int) Math.min(PIECE, source.size() - from)));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static PalimpsestException unreadable(String file, IOException e) {
    String why =
        e instanceof EOFException
            ? " is damaged: it ends early."
            : " cannot be read: " + Reason.of(e) + ".";
    return new PalimpsestException(PalimpsestException.Kind.INPUT, file + why, e);
  }

  /** A file that was only read cannot fail to close in a way that matters. */
  @Override
  public final void close() {
    try {
      source.close();
    } catch (IOException e) {
      LOG.warn("{} could not be closed: {}", Secrets.redacted(file), e.getMessage());
    }
  }
}
