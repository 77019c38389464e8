package org.palimpsest.storage.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.pickle.TorchArchive.number;
import static org.palimpsest.storage.pickle.TorchArchive.ofTensors;
import static org.palimpsest.storage.pickle.TorchArchive.tensor;
import static org.palimpsest.storage.pickle.TorchArchive.text;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.base.PalimpsestException;

class TorchFileTest {
  private static final int[] TWO = {2};
  private static final int[] ONE = {1};
  private static final String BEGIN = "\u0080\u0002";

  @Test
  void tensorsComeInTheOrderOfTheirBytes() throws IOException {
    TorchFile file =
        open(
            ofTensors(
                    tensor("b", "FloatStorage", "1", 4, 2, TWO, ONE),
                    tensor("a", "FloatStorage", "1", 4, 0, TWO, ONE),
                    tensor("c", "FloatStorage", "0", 2, 0, TWO, ONE))
                .with("0", ByteOrder.LITTLE_ENDIAN, 1, 2)
                .with("1", ByteOrder.LITTLE_ENDIAN, 3, 4, 5, 6));

    assertThat(file.tensors().keySet()).containsExactly("c", "a", "b");
    TorchTensor b = file.tensors().get("b");
    assertThat(b.shape()).containsExactly(2L);
    assertThat(file.begin(b) - file.begin(file.tensors().get("a"))).isEqualTo(8);
    assertThat(file.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void archivesOfMoreThanFourGigabytesAreRead() throws IOException {
    TorchArchive archive =
        ofTensors(tensor("a", "FloatStorage", "0", 2, 0, TWO, ONE))
            .with("0", ByteOrder.LITTLE_ENDIAN, 1, 2)
            .after(5L << 30);
    TorchFile file = TorchFile.open(archive.source(), "m.bin");

    TorchTensor a = file.tensors().get("a");
    assertThat(file.begin(a)).isGreaterThan(5L << 30);
    assertThat(archive.source().at(file.begin(a), 8).asFloatBuffer().get(1)).isEqualTo(2f);
  }

  static Stream<Arguments> forbidden() {
    return Stream.of(
        Arguments.of("cos\nsystem\n" + text("touch x") + "\u0085R.", global("os.system")),
        Arguments.of("cposix\nsystem\n.", global("posix.system")),
        Arguments.of("c__builtin__\neval\n.", global("__builtin__.eval")),
        Arguments.of("cbuiltins\nexec\n.", global("builtins.exec")),
        Arguments.of("ctorch\nload\n.", global("torch.load")),
        Arguments.of("ctorch._utils\n_rebuild_qtensor\n.", global("torch._utils._rebuild_qtensor")),
        Arguments.of("ctorch._utils\nFloatStorage\n.", global("torch._utils.FloatStorage")),
        Arguments.of("ctorch\nos.system\n.", global("torch.os.system")),
        Arguments.of("ctorch\n\u0007\n.", global("torch.?")),
        Arguments.of("(ios\nsystem\n.", opcode("INST")),
        Arguments.of(")o.", opcode("OBJ")),
        Arguments.of("})\u0081.", opcode("NEWOBJ")),
        Arguments.of("}}}\u0092.", opcode("NEWOBJ_EX")),
        Arguments.of("}}\u0093.", opcode("STACK_GLOBAL")),
        Arguments.of("\u0082\u0001.", opcode("EXT1")),
        Arguments.of("P1\n.", opcode("PERSID")),
        Arguments.of("I1\n.", opcode("INT")),
        Arguments.of("}2.", opcode("DUP")),
        Arguments.of("})R.", "calls something that is no function of tensors"),
        Arguments.of("ctorch\nFloatStorage\n)R.", "calls something that is no function of tensors"),
        Arguments.of(")}b.", "sets attributes of something that is no dictionary"),
        Arguments.of("}))s.", "has a key that is neither a text nor a whole number"));
  }

  private static String global(String name) {
    return "names the global " + name + ", which could run code";
  }

  private static String opcode(String name) {
    return "uses the opcode " + name + ", which no tensor needs";
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void whatNoTensorNeedsIsRefusedByName(String pickle, String why) {
    assertThatThrownBy(() -> open(TorchArchive.of(BEGIN + pickle)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "m.bin is refused: it "
                + why
                + "; save the model as safetensors (save_pretrained of transformers does) where you"
                + " trust this file.");
  }

  @Test
  void anotherProtocolIsRefused() {
    assertThatThrownBy(() -> open(TorchArchive.of("\u0080\u0004}.")))
        .hasMessageStartingWith(
            "m.bin is refused: it is written in pickle protocol 4, not in 2, torch.save's own;");
  }

  static Stream<Arguments> damaged() {
    String huge = number(Integer.MAX_VALUE);
    String shape = "(" + huge.repeat(4) + "t";
    String storage = "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu");
    String rebuild = "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(2) + "tQ";
    return Stream.of(
        Arguments.of("", "its pickle ends early"),
        Arguments.of("X" + huge.substring(1) + "a.", "its pickle ends early"),
        Arguments.of("X\u00ff\u00ff\u00ff\u00ffa.", "its pickle ends early"),
        Arguments.of("cos", "its pickle ends early"),
        Arguments.of("c" + "x".repeat(2000), "its pickle has a global whose name is too long"),
        Arguments.of("\u00ff.", "its pickle has the unknown opcode 255"),
        Arguments.of(".", "its pickle lacks a value"),
        Arguments.of("(.", "its pickle lacks a value"),
        Arguments.of("u.", "its pickle lacks a mark"),
        Arguments.of("}a.", "its pickle lacks a value"),
        Arguments.of("}}a.", "its pickle appends to what is no list"),
        Arguments.of("]}}s.", "its pickle sets an item of what is no dictionary"),
        Arguments.of("}(Nu.", "its pickle has a key without a value"),
        Arguments.of("h\u0001.", "its pickle recalls what it never stored"),
        Arguments.of("\u008a\u0009123456789.", "its pickle has a whole number of 9 bytes"),
        Arguments.of("].", "it holds no dictionary of tensors"),
        Arguments.of(
            "}" + text("n") + "Ns.", "its 'n' is no tensor, but everything in it must be one"),
        Arguments.of("}K\u0001Ns.", "its '1' is no tensor, but everything in it must be one"),
        Arguments.of("NQ.", "its pickle refers to a storage that it does not describe"),
        Arguments.of(
            "ccollections\nOrderedDict\nN\u0085R.", "its pickle makes a dictionary of something"),
        Arguments.of(
            "ctorch._utils\n_rebuild_parameter\n)R.",
            "its pickle has a parameter without a tensor"),
        Arguments.of(rebuild + "tR.", "its pickle has a tensor that it does not describe"),
        Arguments.of(rebuild + "K\u0000NNtR.", "its pickle has a tensor without a shape"),
        Arguments.of(
            rebuild + "K\u0000" + number(-1) + "\u0085" + number(1) + "\u0085tR.",
            "its pickle has a shape that is not of whole numbers"),
        Arguments.of(
            rebuild + "K\u0000" + shape + shape + "tR.",
            "a tensor of the shape [2147483647, 2147483647, 2147483647, 2147483647] is larger than"
                + " its storage 0"));
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void aDamagedPickleIsRefused(String pickle, String why) {
    assertThatThrownBy(() -> open(TorchArchive.of(BEGIN + pickle)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("m.bin is no whole file of torch.save: " + why + ".");
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 1", "2, 1, 1", "0, 2, 2", "0, 3, 0"})
  void aTensorOutsideOfItsStorageIsRefused(int offset, int size, int stride) {
    TorchArchive archive =
        ofTensors(tensor("a", "FloatStorage", "0", 2, offset, new int[] {size}, new int[] {stride}))
            .with("0", ByteOrder.LITTLE_ENDIAN, 1, 2);

    assertThatThrownBy(() -> open(archive))
        .hasMessage(
            "m.bin is no whole file of torch.save: a tensor of the shape [%d] is larger than its"
                + " storage 0.",
            size);
  }

  @Test
  void aPickleThatNeverEndsIsRefused() {
    assertThatThrownBy(() -> open(TorchArchive.of(BEGIN + "}".repeat(3_000_000))))
        .hasMessage(
            "m.bin is no whole file of torch.save: its pickle has more than 2097152 operations.");
  }

  @Test
  void aStorageThatIsMissingOrShortIsRefused() {
    String tensor = tensor("a", "FloatStorage", "0", 2, 0, TWO, ONE);

    assertThatThrownBy(() -> open(ofTensors(tensor)))
        .hasMessage("m.bin is no whole file of torch.save: it lacks data/0.");
    assertThatThrownBy(() -> open(ofTensors(tensor).with("0", ByteOrder.LITTLE_ENDIAN, 1)))
        .hasMessage(
            "m.bin is no whole file of torch.save: its data/0 has 4 bytes, but should hold 2"
                + " numbers of 4 bytes.");
  }

  @Test
  void aByteOrderIsLittleOrBig() throws IOException {
    byte[] big = "big".getBytes(StandardCharsets.UTF_8);
    byte[] other = "middle".getBytes(StandardCharsets.UTF_8);

    assertThat(open(ofTensors().with("byteorder", big)).order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThatThrownBy(() -> open(ofTensors().with("byteorder", other)))
        .hasMessage(
            "m.bin is no whole file of torch.save: its byteorder is 'middle', not little or big.");
  }

  @Test
  void anArchiveWithoutOrWithTwoPicklesIsRefused() {
    assertThatThrownBy(() -> open(new TorchArchive().with("x", new byte[1])))
        .hasMessage(
            "m.bin is no whole file of torch.save: it has 0 entries data.pkl instead of one.");
  }

  @Test
  void compressedEntriesAreRefused() {
    assertThatThrownBy(() -> open(ofTensors().method(8)))
        .hasMessage(
            "m.bin is no whole file of torch.save: its archive/data.pkl is compressed or"
                + " encrypted.");
  }

  @Test
  void aFileThatEndsEarlyIsRefused() {
    byte[] whole = ofTensors(tensor("a", "FloatStorage", "0", 2, 0, TWO, ONE)).bytes();

    for (int size : List.of(4, 30, whole.length / 2, whole.length - 1)) {
      assertThatThrownBy(() -> open(Arrays.copyOf(whole, size)))
          .as("%d of %d bytes", size, whole.length)
          .hasMessage("m.bin is no whole file of torch.save: it has no directory at its end.");
    }
    for (int size : List.of(0, 3)) {
      assertThatThrownBy(() -> open(Arrays.copyOf(whole, size)))
          .hasMessage("m.bin is no whole file of torch.save: it does not begin as an archive.");
    }
  }

  @Test
  void theSentenceOnOldFilesConvertsThem() {
    assertThatThrownBy(() -> open(new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10}))
        .hasMessage(
            "m.bin is a bare pickle, as PyTorch wrote it before version 1.6, which is not read:"
                + " convert it with python3 -c \"import sys, torch; f = sys.argv[1];"
                + " torch.save(torch.load(f, map_location='cpu', weights_only=True), f)\" FILE.");
  }

  private static TorchFile open(TorchArchive archive) throws IOException {
    return TorchFile.open(archive.source(), "m.bin");
  }

  private static TorchFile open(byte[] file) throws IOException {
    return TorchFile.open(new BytesSource(file), "m.bin");
  }
}
