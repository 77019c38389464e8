package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;

class BackendTest {
  @Test
  void requiresExactlyOneBackend() {
    assertThatThrownBy(() -> Backend.requireOne(List.of()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The class path has no ND4J backend: add org.nd4j:nd4j-native with the"
                + " classifier of this platform.");
    assertThatThrownBy(() -> Backend.requireOne(List.of("CpuBackend", "JCublasBackend")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The class path has several ND4J backends, CpuBackend and JCublasBackend:"
                + " keep only one of them.");
    assertThatCode(() -> Backend.requireOne(List.of("CpuBackend")))
        .as("one backend")
        .doesNotThrowAnyException();
  }

  /** Also on later calls. */
  @Test
  void refusesAClassPathWithoutBackend() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(without("nd4j-native-1"), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Method loaded = loader.loadClass(Backend.class.getName()).getDeclaredMethod("loaded");
      loaded.setAccessible(true);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> loaded.invoke(null))
            .cause()
            .hasMessage(
                "The class path has no ND4J backend: add org.nd4j:nd4j-native with the"
                    + " classifier of this platform.");
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] without(String jar) throws IOException {
    List<URL> others = new ArrayList<>();
    String all = System.getProperty("java.class.path");
    for (String entry : Pattern.compile(File.pathSeparator).splitAsStream(all).toList()) {
      if (!entry.contains(jar)) {
        others.add(Path.of(entry).toUri().toURL());
      }
    }
    return others.toArray(URL[]::new);
  }

  @Test
  void refusesABackendThatDoesNotStart() {
    assertThatThrownBy(
            () ->
                Backend.requireStart(
                    () -> {
                      throw new ExceptionInInitializerError("no natives");
                    }))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "ND4J's backend does not start on this machine: add org.nd4j:nd4j-native with the"
                + " classifier of this platform.");
  }

  @Test
  void refusesAGpuBackend() {
    assertThatThrownBy(() -> Backend.requireHost("JCublasBackend"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "ND4J's backend on the class path is JCublasBackend, which computes on a GPU, but"
                + " the engine dl4j computes on the CPU: build without the profile nd4j-cuda, or"
                + " set engine = torch.");
    assertThatCode(() -> Backend.requireHost("CpuBackend"))
        .as("the CPU's")
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAReplicaThatDoesNotFitOutsideTheHeap() {
    assertThatThrownBy(() -> Backend.requireRoom(4, 100 << 20, 1L << 30))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A replica needs 1600 MiB outside the heap for its parameters, gradients and moments,"
                + " but org.bytedeco.javacpp.maxbytes allows 1024 MiB: raise it, or train a smaller"
                + " model.");
    assertThatCode(() -> Backend.requireRoom(4, 100 << 20, 0))
        .as("no limit")
        .doesNotThrowAnyException();
  }

  /** All artifacts have one version, on the JavaCPP and OpenBLAS of LibTorch. */
  @Test
  void allArtifactsHaveOneVersion() {
    Backend.loaded();
    String api = location(Nd4j.class);
    String version = api.replaceAll(".*nd4j-api-(.*)\\.jar", "$1");
    assertThat(location(Nd4j.getBackend().getClass())).as("backend").contains(version);
    assertThat(location(org.deeplearning4j.nn.graph.ComputationGraph.class))
        .as("Deeplearning4j")
        .contains(version);
    String javacpp = location(org.bytedeco.javacpp.Pointer.class);
    String natives = javacpp.replaceAll(".*javacpp-(.*)\\.jar", "$1");
    assertThat(location(org.bytedeco.openblas.global.openblas_nolapack.class))
        .as("OpenBLAS")
        .contains(natives);
    assertThat(location(org.bytedeco.pytorch.Tensor.class)).as("LibTorch").contains(natives);
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
