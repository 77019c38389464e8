package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.pipeline.ParamTable.Entry;
import org.palimpsest.training.config.Recipe;

/** The table of params, the stages and the reference page say the same. */
class ParamTableTest {
  private static final Path SOURCES = Path.of("src/main/java/org/palimpsest/pipeline");
  private static final Path PAGE = Path.of("../../docs/reference/pipeline.md");
  private static final Map<ParamTable.Type, Class<?>> JAVA =
      Map.of(
          ParamTable.Type.STRING, String.class,
          ParamTable.Type.LONG, long.class,
          ParamTable.Type.DOUBLE, double.class,
          ParamTable.Type.STRINGS, String[].class);

  static Stream<Params> stages() {
    return Stream.of(
        new DenoisingPretrainer(),
        new Seq2SeqFineTuner(),
        new EncoderDecoderModel(),
        new TextCorruptor(),
        new ReconstructionEvaluator());
  }

  private static String name(Params stage) {
    return stage.getClass().getSimpleName();
  }

  private static List<Entry> entries(Params stage) {
    return ParamTable.of(name(stage));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamHasASetterAndAnAccessor(Params stage) throws ReflectiveOperationException {
    for (Entry entry : entries(stage)) {
      Method setter = stage.getClass().getMethod(setter(entry), JAVA.get(entry.type()));
      Method accessor = stage.getClass().getMethod(entry.name());

      assertThat(setter.getReturnType().isInstance(stage)).as(entry.name()).isTrue();
      assertThat(accessor.invoke(stage)).isEqualTo(stage.getParam(entry.name()));
    }
  }

  private static String setter(Entry entry) {
    return "set"
        + entry.name().substring(0, 1).toUpperCase(Locale.ROOT)
        + entry.name().substring(1);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyAccessorIsInTheTable(Params stage) {
    Set<String> accessors =
        Stream.of(stage.getClass().getMethods())
            .filter(method -> Param.class.isAssignableFrom(method.getReturnType()))
            .filter(method -> method.getParameterCount() == 0)
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(entries(stage))
        .extracting(Entry::name)
        .containsExactlyInAnyOrderElementsOf(accessors);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everySetterHasTheDocOfTheTable(Params stage) throws IOException {
    List<String> sources = new ArrayList<>();
    for (Class<?> type = stage.getClass(); type != null; type = type.getSuperclass()) {
      Path source = SOURCES.resolve(type.getSimpleName() + ".java");
      sources.add(Files.exists(source) ? Files.readString(source) : "");
    }
    String text = String.join("\n", sources);
    for (Entry entry : entries(stage)) {
      Matcher method = Pattern.compile("public \\S+ " + setter(entry) + "\\(").matcher(text);
      assertThat(method.find()).as(entry.name()).isTrue();
      String before = text.substring(0, method.start());
      String doc = before.substring(before.lastIndexOf("/**"));
      assertThat(plain(doc)).as(entry.name()).isEqualTo(entry.doc());
    }
  }

  /** The words of a comment. */
  private static String plain(String doc) {
    return doc.replace("/**", "")
        .replaceAll("\\s*\\*/|\n +\\*", " ")
        .replaceAll("\\{@code (<mask>|\\{\\w+\\})\\}", "$1")
        .replaceAll("\\s+", " ")
        .strip();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void onlyParamsWithoutAKeyHaveDefaults(Params stage) {
    assertThat(entries(stage))
        .filteredOn(entry -> entry.key().isPresent())
        .allMatch(entry -> entry.defaultValue().isEmpty())
        .allSatisfy(entry -> assertThat(stage.isDefined(stage.getParam(entry.name()))).isFalse());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyKeyIsOneOfARecipe(Params stage) {
    for (Entry entry : entries(stage)) {
      entry
          .key()
          .ifPresent(
              key -> assertThat(Recipe.defaults().config().hasPathOrNull(key)).as(key).isTrue());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void thePageListsEveryParam(Params stage) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("\n## " + name(stage) + "\n");
    assertThat(start).isNotNegative();
    int end = page.indexOf("\n## ", start + 1);
    String section = page.substring(start, end < 0 ? page.length() : end);

    assertThat(section.lines().filter(line -> line.startsWith("| `")))
        .containsExactlyElementsOf(entries(stage).stream().map(ParamTableTest::row).toList());
  }

  private static String row(Entry entry) {
    String type = entry.type() == ParamTable.Type.STRINGS ? "string[]" : entry.type().name();
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            entry.name(),
            type.toLowerCase(Locale.ROOT),
            entry.key().map(key -> "`" + key + "`").orElse(""),
            entry.defaultValue().map(value -> "`" + value + "`").orElse(""),
            entry.doc().replace("<mask>", "`<mask>`"));
  }

  @Test
  void copyKeepsWhatWasSet() {
    DenoisingPretrainer copied = new DenoisingPretrainer().setMaxSteps(7).copy(ParamMap.empty());

    assertThat(copied.getOrDefault(copied.maxSteps())).isEqualTo(7L);
  }
}
