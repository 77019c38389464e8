package org.palimpsest.storage.huggingface;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.bytes.ByteSource;
import org.palimpsest.storage.pickle.TorchFile;
import org.palimpsest.storage.pickle.TorchTensor;

/**
 * Reads the tensors of a file that {@code torch.save} wrote. A tensor whose elements do not lie one
 * after the other, for example a transposed one, is read whole before its first element is known.
 */
final class TorchReader extends TensorFile {
  private static final int PIECE = 1 << 16;

  /** A square matrix of 5,792 rows; published files have none. */
  private static final long LARGEST_VIEW = 1 << 25;

  private final ByteSource source;
  private final String file;
  private final TorchFile torch;
  private final List<TensorEntry> entries = new ArrayList<>();

  /** The last tensor that had to be read whole. */
  private String viewed = "";

  private float[] view = new float[0];

  private TorchReader(ByteSource source, String file, TorchFile torch) {
    super(source, file);
    this.source = source;
    this.file = file;
    this.torch = torch;
    torch.tensors().forEach((name, tensor) -> entries.add(entry(name, tensor)));
  }

  /**
   * Reads the pickle, not the tensors.
   *
   * @param file how messages call the file
   * @throws PalimpsestException of kind INPUT if the file is damaged, or could run code
   */
  static TorchReader open(ByteSource source, String file) {
    try {
      return new TorchReader(source, file, TorchFile.open(source, file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Its begin is that in the storage. */
  private static TensorEntry entry(String name, TorchTensor tensor) {
    Dtype dtype = Dtype.valueOf(tensor.storage().type().name());
    long begin = tensor.offset() * dtype.bytes();
    return new TensorEntry(
        name, dtype, tensor.shape(), begin, begin + tensor.size() * dtype.bytes());
  }

  @Override
  List<TensorEntry> entries() {
    return entries;
  }

  @Override
  void decode(TensorEntry entry, long from, float[] into, int count) throws IOException {
    TorchTensor tensor = torch.tensors().get(entry.name());
    if (tensor.isContiguous()) {
      read(tensor, from, into, count);
      return;
    }
    if (!entry.name().equals(viewed)) {
      readWhole(entry, tensor);
    }
    for (int i = 0; i < count; i++) {
      into[i] = view[(int) tensor.place(from + i)];
    }
  }

  private void readWhole(TensorEntry entry, TorchTensor tensor) throws IOException {
    long extent = tensor.extent();
    if (extent > LARGEST_VIEW) {
      throw PalimpsestException.input(
          file
              + " holds "
              + Reason.quoted(entry.name())
              + " as a view of "
              + extent
              + " elements that do not lie one after the other, more than "
              + LARGEST_VIEW
              + ": save the model as safetensors (save_pretrained of transformers does).");
    }
    view = new float[(int) extent];
    float[] piece = new float[(int) Math.min(PIECE, extent)];
    for (int from = 0; from < extent; from += PIECE) {
      int count = (int) Math.min(PIECE, extent - from);
      read(tensor, from, piece, count);
      System.arraycopy(piece, 0, view, from, count);
    }
    viewed = entry.name();
  }

  /** Reads elements as they lie in the storage, counted from the tensor's first. */
  private void read(TorchTensor tensor, long from, float[] into, int count) throws IOException {
    Dtype dtype = Dtype.valueOf(tensor.storage().type().name());
    long begin = torch.begin(tensor) + from * dtype.bytes();
    dtype.decode(source.at(begin, count * dtype.bytes()).order(torch.order()), into, count);
  }
}
