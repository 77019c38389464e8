package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.bytes.ByteSource;
import org.palimpsest.storage.pickle.BytesSource;

class SafetensorsTest {
  private static final ModelSpec SPEC = ModelPreset.TINY.spec(Vocabulary.standard(3000, 0));

  @Test
  void whatIsWrittenIsReadBitByBit() throws IOException {
    HeapVector parameters = parameters();
    parameters.values()[5] = Float.NaN;
    parameters.values()[6] = -0.0f;

    Map<String, float[]> read = read(file(parameters));

    assertThat(read).hasSize(ParameterLayout.of(SPEC).tensors().size() + 1);
    ParameterLayout.of(SPEC)
        .tensors()
        .forEach(
            tensor ->
                assertThat(read.get(tensor.name()))
                    .as(tensor.name())
                    .isEqualTo(
                        Arrays.copyOfRange(
                            parameters.values(), (int) tensor.offset(), (int) tensor.end())));
    assertThat(read.get("final_logits_bias")).hasSize(3000).containsOnly(0f);
  }

  @Test
  void dataBeginAligned() throws IOException {
    byte[] file = file(parameters());
    long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();

    assertThat(header % 8).isZero();
    assertThat(new String(file, 8, 40, StandardCharsets.UTF_8))
        .startsWith("{\"__metadata__\":{\"format\":\"pt\"}");
    assertThat((long) file.length).isEqualTo(8 + header + 4 * (parameters().size() + 3000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | its header is not a JSON object",
        "{] | its header is not JSON",
        "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}} | tensor a has the unknown dtype"
            + " 'F31'",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}} | tensor a lacks shape or data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | tensor a lacks shape or"
            + " data_offsets",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | the bytes of tensor a do not fit"
            + " its shape and dtype",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | the bytes of tensor a do not fit"
            + " its shape and dtype",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | tensor a has a size that is no"
            + " whole number",
        "{'a':{'dtype':'F32','shape':[DIMENSIONS],'data_offsets':[0,8]}} | tensor a has more than"
            + " 32 dimensions",
        "{'a':[1],'b':2} | tensor a has the unknown dtype ''",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | its header is not JSON",
        "{} {} | its header is not JSON",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | tensor a is"
            + " larger than any file",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | tensor b overlaps another",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}} | tensor b leaves a gap"
            + " before it",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} | its header speaks of 16 bytes of"
            + " data, but it holds 12"
      })
  void aHeaderThatDoesNotFitIsRefused(String header, String why) {
    byte[] json =
        header
            .replace('\'', '"')
            .replace("DIMENSIONS", "1,".repeat(32) + "1")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + 12).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);

    assertThatThrownBy(() -> read(file.array()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("m.safetensors is no whole safetensors file: " + why + ".");
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "1000", "100000001", "1152921504606846976", "9223372036854775807"})
  void aLengthThatCannotBeIsRefused(long length) {
    byte[] file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();

    assertThatThrownBy(() -> read(file))
        .hasMessage(
            "m.safetensors is no whole safetensors file: it does not begin with the length of a"
                + " header.");
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("does not begin with");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "99000000 | its header names more than 262144 tensors",
        "9000000 | its header is not JSON"
      })
  void aHeaderOfEmptyTensorsTakesLittleMemory(int length, String why) {
    assertThatThrownBy(() -> SafetensorsReader.open(new EmptyTensors(length), "m.safetensors"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("m.safetensors is no whole safetensors file: " + why + ".");
  }

  /** A header of tensors without elements, which ends in the middle. */
  private record EmptyTensors(int length) implements ByteSource {
    private static final String TENSOR =
        "\"%07d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},";

    private static final int SIZE = TENSOR.formatted(0).length();

    @Override
    public long size() {
      return 8L + length;
    }

    @Override
    public ByteBuffer at(long position, int count) {
      ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
      if (position == 0) {
        return bytes.putLong(0, length);
      }
      for (int i = 0; i < count; i++) {
        int at = (int) (position - 8 + i);
        bytes.put(i, at == 0 ? (byte) '{' : sign(at - 1));
      }
      return bytes;
    }

    private static byte sign(int at) {
      int sign = TENSOR.formatted(0).charAt(at % SIZE);
      int digit = at % SIZE - 1;
      return digit < 0 || digit >= 7
          ? (byte) sign
          : (byte) ('0' + at / SIZE / (int) Math.pow(10, 6 - digit) % 10);
    }

    @Override
    public void close() {}
  }

  @Test
  void integersAreNoParameters() {
    byte[] json =
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(16 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);

    assertThatThrownBy(() -> read(file.array()))
        .hasMessage("m.safetensors holds a as I64, but parameters must be F32, F64, F16 or BF16.");
  }

  /** Whatever happens to a file: it is read, or refused in a sentence; nothing else. */
  @Property(tries = 300)
  void aDamagedFileNeverBreaksTheReader(
      @ForAll @IntRange(max = 400) int position, @ForAll byte value, @ForAll boolean cut)
      throws IOException {
    byte[] file = file(parameters());
    file[position] = value;
    byte[] damaged = cut ? Arrays.copyOf(file, file.length - 1 - position) : file;

    try {
      read(damaged);
    } catch (PalimpsestException e) {
      assertThat(e).hasMessageMatching("(?s)m.safetensors .*\\.");
    }
  }

  private static HeapVector parameters() {
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(SPEC).size());
    Initializer.initialize(SPEC, 1, parameters);
    return parameters;
  }

  private static byte[] file(HeapVector parameters) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new SafetensorsWriter()
        .add(ParameterLayout.of(SPEC), parameters, name -> name)
        .addZeros("final_logits_bias", 1, SPEC.vocabulary())
        .writeTo(out);
    return out.toByteArray();
  }

  private static Map<String, float[]> read(byte[] file) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    SafetensorsReader reader = SafetensorsReader.open(new BytesSource(file), "m.safetensors");
    reader.read(
        new TensorSink() {
          @Override
          public boolean wants(TensorEntry tensor) {
            tensors.put(tensor.name(), new float[(int) tensor.size()]);
            return true;
          }

          @Override
          public void accept(TensorEntry tensor, long from, float[] values, int count) {
            System.arraycopy(values, 0, tensors.get(tensor.name()), (int) from, count);
          }
        });
    return tensors;
  }
}
