#!/usr/bin/env bash
# rounds.sh CLASS ARGUMENTS…: runs a benchmark of rounds on the assembled folder, after
# "mvn -DskipTests package": modules/bench/rounds.sh RoundCost 2048 1000000 30000000
set -euo pipefail
cd "$(dirname "$0")/../.."
export SPARK_HOME=$PWD/modules/dist/target/palimpsest SPARK_CONF_DIR=$PWD/modules/dist/target/palimpsest/conf
export SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 OPT_OUT_TRACKING=true OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0
class=org.palimpsest.bench.rounds.$1
shift
exec java -cp "$SPARK_HOME/jars/*" -Xmx${HEAP:-2g} \
  $(grep -o '<java.opens>[^<]*' pom.xml | sed 's/<java.opens>//') \
  org.apache.spark.deploy.SparkSubmit --class "$class" --driver-memory "${HEAP:-2g}" \
  --conf spark.executor.extraClassPath="$PWD/modules/bench/target/classes" \
  --conf spark.driver.extraClassPath="$PWD/modules/bench/target/classes" \
  --conf spark.ui.enabled=false \
  modules/bench/target/benchmarks.jar "$@"
