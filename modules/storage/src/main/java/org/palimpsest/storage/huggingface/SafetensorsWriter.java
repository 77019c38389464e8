package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Writes a safetensors file of fp32 tensors in one pass, in pieces: an eight-byte length, a JSON
 * header padded with spaces so that the data are aligned, and the data, little-endian, without
 * gaps.
 */
public final class SafetensorsWriter {
  private static final int PIECE = 1 << 16;
  private static final int ALIGNMENT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Part> parts = new ArrayList<>();
  private final float[] values = new float[PIECE];
  private final ByteBuffer bytes =
      ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** A tensor and where its elements come from. */
  private record Part(TensorSpec tensor, FlatVector source) {}

  /**
   * Adds every tensor of a layout; their values are taken when the file is written.
   *
   * @param places name and shape of a tensor in the file, and where its values begin
   */
  public SafetensorsWriter add(
      ParameterLayout layout, FlatVector parameters, UnaryOperator<TensorSpec> places) {
    layout.tensors().forEach(tensor -> parts.add(new Part(places.apply(tensor), parameters)));
    return this;
  }

  /** Adds one tensor of a layout under a name. */
  void add(TensorSpec tensor, FlatVector parameters, String name) {
    parts.add(new Part(new TensorSpec(name, tensor.shape(), tensor.offset()), parameters));
  }

  /** Adds a tensor of zeros. */
  public SafetensorsWriter addZeros(String name, long... shape) {
    return add(ConstantTensor.zeros(name, shape));
  }

  /** Adds a tensor that the model computes. */
  SafetensorsWriter add(ConstantTensor tensor) {
    parts.add(new Part(tensor.place(), tensor.values()));
    return this;
  }

  /** The names of all tensors, in the order of their bytes. */
  List<String> names() {
    return parts.stream().map(part -> part.tensor().name()).toList();
  }

  /** Bytes of all tensors. */
  long bytes() {
    return parts.stream().mapToLong(part -> part.tensor().size() * Float.BYTES).sum();
  }

  /** Writes the file; the stream stays open. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    out.write(length.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).array());
    byte[] line = Arrays.copyOf(header, padded);
    Arrays.fill(line, header.length, padded, (byte) ' ');
    out.write(line);
    for (Part part : parts) {
      write(part, out);
    }
  }

  /** The metadata say that tensors are PyTorch's; Hugging Face refuses a file without it. */
  private byte[] header() throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long begin = 0;
    for (Part part : parts) {
      long end = begin + part.tensor().size() * Float.BYTES;
      ObjectNode entry = header.putObject(part.tensor().name()).put("dtype", Dtype.F32.name());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(part.tensor().shape()).forEach(shape::add);
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    return JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
  }

  private void write(Part part, OutputStream out) throws IOException {
    TensorSpec tensor = part.tensor();
    for (long from = tensor.offset(); from < tensor.end(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.end() - from);
      part.source().read(from, values, 0, count);
      bytes.clear();
      bytes.asFloatBuffer().put(values, 0, count);
      out.write(bytes.array(), 0, count * Float.BYTES);
    }
  }
}
