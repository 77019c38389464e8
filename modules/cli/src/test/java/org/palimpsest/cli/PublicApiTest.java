package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The types that programs of users may use. In the packages of the API, a public type is a promise:
 * {@code public-api.txt} lists them all. Public types of other packages are public for this project
 * only.
 */
class PublicApiTest {
  private static final Set<String> PACKAGES =
      Set.of(
          "org.palimpsest.base",
          "org.palimpsest.objective",
          "org.palimpsest.objective.preset",
          "org.palimpsest.model",
          "org.palimpsest.model.batch",
          "org.palimpsest.model.spec",
          "org.palimpsest.model.optimizer",
          "org.palimpsest.storage.huggingface",
          "org.palimpsest.corpus.config",
          "org.palimpsest.corpus.source",
          "org.palimpsest.corpus.prepare",
          "org.palimpsest.corpus.read",
          "org.palimpsest.training",
          "org.palimpsest.training.config",
          "org.palimpsest.training.event",
          "org.palimpsest.training.run",
          "org.palimpsest.training.workload",
          "org.palimpsest.evaluation",
          "org.palimpsest.evaluation.inference",
          "org.palimpsest.tasks.denoising",
          "org.palimpsest.tasks.finetuning",
          "org.palimpsest.pipeline");

  @Test
  void publicTypesOfTheApiAreListed() throws IOException {
    Set<String> types =
        new ClassFileImporter()
            .withImportOption(new ProductionCode()).importPackages("org.palimpsest").stream()
                .filter(type -> PACKAGES.contains(type.getPackageName()))
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));

    assertThat(types)
        .as("public types; list a new one in public-api.txt, or do not make it public")
        .containsExactlyElementsOf(listed());
  }

  private static List<String> listed() throws IOException {
    try (var in = PublicApiTest.class.getResourceAsStream("/public-api.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
