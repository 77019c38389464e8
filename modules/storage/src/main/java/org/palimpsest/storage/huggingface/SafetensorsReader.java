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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the tensors of a safetensors file, in the file's order, in pieces, as fp32. */
final class SafetensorsReader implements Closeable {
  private static final int PIECE = 1 << 16;
  private static final Logger LOG = LoggerFactory.getLogger(SafetensorsReader.class);

  private final ByteSource source;
  private final String file;
  private final SafetensorsHeader header;
  private final float[] values = new float[PIECE];

  private SafetensorsReader(ByteSource source, String file, SafetensorsHeader header) {
    this.source = source;
    this.file = file;
    this.header = header;
  }

  /**
   * Reads the header.
   *
   * @param file how messages call the file
   * @throws PalimpsestException of kind INPUT if the file is damaged
   */
  static SafetensorsReader open(ByteSource source, String file) {
    try {
      return new SafetensorsReader(source, file, SafetensorsHeader.read(source, file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The tensors, in the order of their bytes. */
  List<TensorEntry> entries() {
    return header.entries();
  }

  /**
   * Reads all tensors that {@code sink} wants.
   *
   * @throws PalimpsestException of kind INPUT if the file is damaged, or a wanted tensor holds no
   *     floating-point numbers
   */
  void read(TensorSink sink) {
    try {
      for (TensorEntry tensor : header.entries()) {
        if (sink.wants(tensor)) {
          readTensor(tensor, sink);
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Shows all bytes of the file to a witness, a checksum for instance, in pieces. */
  void show(Consumer<ByteBuffer> witness) {
    try {
      for (long from = 0; from < source.size(); from += PIECE) {
        witness.accept(source.at(from, (int) Math.min(PIECE, source.size() - from)));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Reads some elements of a tensor. */
  void read(TensorEntry tensor, long from, float[] into, int count) throws IOException {
    Dtype dtype = readable(tensor);
    long begin = header.bytes() + tensor.begin() + from * dtype.bytes();
    dtype.decode(source.at(begin, count * dtype.bytes()), into, count);
  }

  private Dtype readable(TensorEntry tensor) {
    Dtype dtype = tensor.dtype();
    if (!dtype.isReadable()) {
      throw PalimpsestException.input(
          file
              + " holds "
              + tensor.name()
              + " as "
              + dtype
              + ", but parameters must be F32, F64, F16 or BF16.");
    }
    return dtype;
  }

  private void readTensor(TensorEntry tensor, TensorSink sink) throws IOException {
    for (long from = 0; from < tensor.size(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.size() - from);
      read(tensor, from, values, count);
      sink.accept(tensor, from, values, count);
    }
  }

  private static PalimpsestException unreadable(String file, IOException e) {
    String why =
        e instanceof EOFException
            ? " is damaged: it ends early."
            : " cannot be read: " + Reason.of(e) + ".";
    return new PalimpsestException(PalimpsestException.Kind.INPUT, file + why, e);
  }

  /** A file that was only read cannot fail to close in a way that matters. */
  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      LOG.warn("{} could not be closed: {}", Secrets.redacted(file), e.getMessage());
    }
  }
}
