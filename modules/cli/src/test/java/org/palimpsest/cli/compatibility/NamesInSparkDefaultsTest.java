package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.serializer.KryoRegistrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Class names that users have copied into their own spark-defaults.conf and job definitions. */
class NamesInSparkDefaultsTest {
  private static final Path OURS = Path.of("../../conf/spark-defaults.conf");

  @Test
  void theMainClassKeepsItsName() throws ReflectiveOperationException {
    int modifiers =
        Class.forName("org.palimpsest.cli.Main").getMethod("main", String[].class).getModifiers();
    assertThat(Modifier.isStatic(modifiers)).isTrue();
  }

  @Test
  void thePluginKeepsItsName() throws ReflectiveOperationException {
    assertThat(made("org.palimpsest.training.PalimpsestPlugin")).isInstanceOf(SparkPlugin.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.palimpsest.corpus.CorpusKryoRegistrator",
        "org.palimpsest.training.TrainingKryoRegistrator"
      })
  void theRegistratorsKeepTheirNames(String name) throws ReflectiveOperationException {
    assertThat(made(name)).isInstanceOf(KryoRegistrator.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.kryo.registrator", "spark.plugins"})
  void whatOurOwnFileNamesCanBeMade(String key) throws IOException, ReflectiveOperationException {
    List<String> names =
        Files.readAllLines(OURS).stream()
            .map(line -> line.split("\\s+", 2))
            .filter(setting -> setting[0].equals(key))
            .flatMap(setting -> Arrays.stream(setting[1].strip().split(",")))
            .toList();
    assertThat(names).isNotEmpty();
    for (String name : names) {
      assertThat(made(name)).isNotNull();
    }
  }

  private static Object made(String name) throws ReflectiveOperationException {
    return Class.forName(name).getConstructor().newInstance();
  }
}
