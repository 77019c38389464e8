package org.palimpsest.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;
import org.palimpsest.model.spec.ModelPreset;

class DeviceCheckTest {
  private static final Setting TINY = Setting.of(ModelPreset.T5_TINY, 500, 2, 8, 8);

  @Test
  @Tag("slow")
  void aCpuAgreesWithItself() {
    List<Agreement> all = Agreement.all(Device.CPU);
    assertThat(all).hasSizeGreaterThanOrEqualTo(2).allMatch(Agreement::holds);
    assertThat(all.get(0).distance()).as("distance in fp32").isZero();
  }

  @Test
  void largeDifferencesDoNotAgree() {
    assertThat(new Agreement("small", Precision.BF16, 7, 7, 0.2, 0.1).holds()).isFalse();
    assertThat(new Agreement("small", Precision.BF16, 7, 8, 0.05, 0.1).holds()).isFalse();
    assertThat(new Agreement("small", Precision.BF16, 7, Double.NaN, 0.05, 0.1).holds()).isFalse();
    assertThat(new Agreement("small", Precision.BF16, 7, 7.1, 0.05, 0.1).holds()).isTrue();
  }

  @Test
  void twoRanksGetTheirSum() throws InterruptedException {
    Round round = Round.gloo(Device.CPU, TINY);
    assertThat(round.exact()).as("exact").isTrue();
    assertThat(round.ranks()).isEqualTo(2);
    assertThat(round.numbers()).isPositive();
  }

  @Test
  void productsOfOneShapeAreOneRow() {
    List<ProductTime> products = ProductTime.of(Device.CPU, TINY, Precision.FP32);
    assertThat(products).extracting(ProductTime::shape).doesNotHaveDuplicates();
    assertThat(products).extracting(ProductTime::seconds).allMatch(seconds -> seconds > 0);
  }

  @Test
  void theReportIsJsonAndTables(@TempDir Path folder) throws IOException {
    Report report = new Report();
    report.put("device", "cpu");
    report.table("agreement", List.of(new Agreement("small", Precision.FP32, 7, 7, 0, 1e-3)));
    Path peer =
        Files.writeString(folder.resolve("peer.json"), "{\"version\": \"2.10\", \"speed\": []}");
    report.peer(Optional.of(peer));
    report.peer(Optional.of(folder.resolve("none")));
    report.write(Optional.of(folder.resolve("r.json")));
    report.write(Optional.empty());
    Config json = ConfigFactory.parseFile(folder.resolve("r.json").toFile());
    assertThat(json.getConfigList("agreement").get(0).getString("precision")).isEqualTo("fp32");
    assertThat(json.getString("\"pytorch.version\"")).isEqualTo("2.10");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("device: cpu")
        .contains("model  precision  cpuLoss  loss   distance  tolerance")
        .contains("small  fp32       7.000    7.000  0.00e+00  1.00e-03");
  }

  @Test
  void readsArguments() {
    CheckOptions options = CheckOptions.parse(new String[] {"--device", "cuda:1"});
    assertThat(options.device()).isEqualTo(Device.parse("cuda:1"));
    assertThat(options.size()).isEqualTo(CheckOptions.Size.FULL);
    assertThat(CheckOptions.parse(new String[] {"--device", "cpu"}).size())
        .isEqualTo(CheckOptions.Size.SMALL);
    String[] small = {"--size", "small", "--device", "cuda"};
    assertThat(CheckOptions.parse(small).size()).isEqualTo(CheckOptions.Size.SMALL);
  }

  @ParameterizedTest
  @CsvSource({"'','no --device'", "--card 1,--card", "--device cpu --size huge,--size huge"})
  void namesAnUnknownArgument(String arguments, String named) {
    String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ");
    assertThatThrownBy(() -> CheckOptions.parse(split))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The check of a device does not know '" + named + "'. Usage: ");
  }
}
