package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.telemetry.Events.Scalar;

class TensorBoardTest {
  @TempDir Path folder;

  /** The check value of CRC-32C from RFC 3720, 0xe3069283, masked by hand. */
  @Test
  void masksChecksums() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

    assertThat(EventFile.masked(digits))
        .isEqualTo(((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8);
  }

  /** Every event file that TensorFlow writes begins with these twelve bytes. */
  @Test
  void startsAFileLikeTensorFlow() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventFile ignored = new EventFile(out, 1.5e9);

    assertThat(ignored).isNotNull();
    assertThat(HexFormat.of().formatHex(Arrays.copyOf(out.toByteArray(), 12)))
        .isEqualTo("1800000000000000a37f4b22");
    assertThat(Events.read(out.toByteArray()))
        .containsExactly(new Scalar("brain.Event:2", 0, 1.5e9, 0));
  }

  @Property(tries = 200)
  void readsBackWrittenScalars(
      @ForAll @AlphaChars @StringLength(min = 1, max = 100) String tag,
      @ForAll @LongRange(min = 0) long step,
      @ForAll float value)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new EventFile(out, 1).scalar(tag, step, 2.5, value);

    assertThat(Events.read(out.toByteArray()).get(1)).isEqualTo(new Scalar(tag, step, 2.5, value));
  }

  private static Progress point(long step, double loss, double seconds) {
    return new Progress(
        "run",
        new Progress.Position(step, 100),
        new Progress.Interval(loss, 0.5, 300, 600, 0.25, 4096),
        new Progress.Totals(10 * step, 20 * step, 1, seconds),
        7);
  }

  private List<String> files() {
    String[] names = folder.resolve("tensorboard").toFile().list();
    Arrays.sort(names);
    return List.of(names);
  }

  @Test
  void writesOneFilePerCheckpointAndDeletesLaterOnes() throws IOException {
    TensorBoard board =
        new TensorBoard(
            new StoredFolder(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration())
                .child("tensorboard"));
    board.rewindTo(0);
    board.append(List.of(point(1, 9.5, 1), point(10, 8.25, 3)));
    board.append(List.of());
    board.append(List.of(point(20, 7, 5)));

    assertThat(files())
        .containsExactly(
            "events.out.tfevents.000000000010.palimpsest",
            "events.out.tfevents.000000000020.palimpsest");
    List<Scalar> scalars =
        Events.read(Files.readAllBytes(folder.resolve("tensorboard").resolve(files().get(0))));
    assertThat(scalars)
        .extracting(Scalar::tag)
        .startsWith(
            "brain.Event:2",
            "train/loss",
            "train/learning rate",
            "train/skipped steps",
            "speed/target tokens a second",
            "speed/raw tokens a second",
            "speed/waiting share",
            "exchange/bytes")
        .hasSize(1 + 2 * 7);
    assertThat(scalars.subList(1, 8))
        .extracting(Scalar::value)
        .containsExactly(9.5f, 0.5f, 1f, 300f, 600f, 0.25f, 4096f);
    assertThat(scalars.get(8).step()).isEqualTo(10);
    assertThat(scalars.get(8).wallTime() - scalars.get(1).wallTime()).isCloseTo(2, within(1e-6));

    board.rewindTo(10);
    assertThat(files()).containsExactly("events.out.tfevents.000000000010.palimpsest");
  }
}
