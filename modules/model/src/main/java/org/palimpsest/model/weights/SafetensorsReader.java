package org.palimpsest.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.palimpsest.objective.PalimpsestException;

/** Reads a safetensors file from beginning to end, in pieces, as fp32. */
public final class SafetensorsReader {
  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private final String file;
  private final SafetensorsHeader header;
  private final float[] values = new float[PIECE];

  private SafetensorsReader(InputStream in, String file, SafetensorsHeader header) {
    this.in = in;
    this.file = file;
    this.header = header;
  }

  /**
   * Reads all tensors that {@code sink} wants.
   *
   * @param in at the first byte of the file; read to its end, not closed
   * @param fileBytes size of the whole file
   * @param file how messages call it
   * @throws PalimpsestException of kind INPUT if the file is damaged, or a wanted tensor holds no
   *     floating-point numbers
   */
  public static void read(InputStream in, long fileBytes, String file, TensorSink sink) {
    try {
      SafetensorsHeader header = SafetensorsHeader.read(in, fileBytes, file);
      new SafetensorsReader(in, file, header).readInto(sink);
    } catch (EOFException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, file + " is damaged: it ends early.", e);
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private void readInto(TensorSink sink) throws IOException {
    for (TensorEntry tensor : header.entries()) {
      if (sink.wants(tensor)) {
        readTensor(tensor, sink);
      } else {
        in.skipNBytes(tensor.end() - tensor.begin());
      }
    }
  }

  private void readTensor(TensorEntry tensor, TensorSink sink) throws IOException {
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
    byte[] bytes = new byte[(int) Math.min(PIECE, tensor.size()) * dtype.bytes()];
    for (long from = 0; from < tensor.size(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.size() - from);
      if (in.readNBytes(bytes, 0, count * dtype.bytes()) < count * dtype.bytes()) {
        throw new EOFException(file);
      }
      dtype.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), values, count);
      sink.accept(tensor, from, values, count);
    }
  }
}
