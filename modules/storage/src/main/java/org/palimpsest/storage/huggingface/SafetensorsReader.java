package org.palimpsest.storage.huggingface;

import java.io.IOException;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.bytes.ByteSource;

/** Reads the tensors of a safetensors file. */
final class SafetensorsReader extends TensorFile {
  private final ByteSource source;
  private final SafetensorsHeader header;

  private SafetensorsReader(ByteSource source, String file, SafetensorsHeader header) {
    super(source, file);
    this.source = source;
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

  @Override
  List<TensorEntry> entries() {
    return header.entries();
  }

  @Override
  void decode(TensorEntry tensor, long from, float[] into, int count) throws IOException {
    int bytes = tensor.dtype().bytes();
    long begin = header.bytes() + tensor.begin() + from * bytes;
    tensor.dtype().decode(source.at(begin, count * bytes), into, count);
  }
}
