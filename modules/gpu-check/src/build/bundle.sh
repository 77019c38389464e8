#!/usr/bin/env bash
# Makes the parts of the check of a GPU: a Java runtime with our jars, LibTorch for CPUs, and LibTorch for CUDA with the
# code of some GPU architectures only.
#   bundle.sh SOURCES TARGET SCRIPTS ARCHITECTURES
set -euo pipefail
sources=$1 target=$2 scripts=$3 architectures=$4
bundle=$target/bundle out=$target/gpu-check natives=$target/natives/org/bytedeco
rm -rf "$bundle" "$out"
mkdir -p "$bundle"/{lib,jni,blas,torch,cuda} "$out"

cp "$target"/jars/*.jar "$target"/palimpsest-gpu-check-*.jar "$bundle/lib"
cp "$scripts/peer.py" "$bundle"
"$JAVA_HOME/bin/jlink" --output "$bundle/runtime" --strip-java-debug-attributes --no-man-pages --no-header-files \
  --compress=2 --add-modules java.base,java.logging,java.management,java.xml,jdk.management,jdk.unsupported

openblas=$natives/openblas/linux-x86_64 cpu=$natives/pytorch/linux-x86_64 gpu=$natives/pytorch/linux-x86_64-gpu
cp "$natives"/javacpp/linux-x86_64/*.so "$openblas"/libjniopenblas{,_nolapack}.so "$cpu"/libjni*.so "$bundle/jni"
cp "$openblas"/lib{openblas.so.0,gfortran.so.5,quadmath.so.0} "$bundle/blas"
ln -s libopenblas.so.0 "$bundle/blas/libopenblas_nolapack.so.0"
cp "$cpu"/lib{c10,torch,torch_cpu}.so "$cpu"/libgomp.so.1 "$bundle/torch"
# The CUDA library needs no symbol that LibTorch for CPUs lacks, so one libtorch_cpu.so serves both.
cp "$gpu"/lib{c10_cuda,torch_cuda,torch_cuda_linalg}.so "$bundle/cuda"
cp "$natives"/cuda/linux-x86_64/*.so "$gpu"/libjnitorch_{cuda,nccl}.so "$bundle/jni"
"$JAVA_HOME/bin/java" "$sources/PruneArchitectures.java" "$bundle/cuda/libtorch_cuda.so" $architectures
find "$bundle"/{jni,torch,cuda,runtime/lib} -name '*.so*' -type f -exec strip --strip-unneeded {} + 2>/dev/null ||
  echo "bundle.sh: strip is not on the PATH, so the parts are larger" >&2

part() {
  local name=$1; shift
  tar -C "$target" --sort=name --owner=0 --group=0 -cf - "$@" | xz -2 -T0 > "$out/palimpsest-gpu-check-$name.tar.xz"
}
part runtime bundle/{runtime,lib,jni,blas,peer.py}
part libtorch bundle/torch
part cuda bundle/cuda
cp "$scripts/check.sh" "$out"
(cd "$out" && sha256sum -- * > SHA256SUMS)
rm -rf "$bundle"
bytes=$(du -sb "$out" | cut -f1)
echo "bundle.sh: $((bytes >> 20)) MiB in $out"
[ "$bytes" -le 200000000 ] || { echo "bundle.sh: the parts have more than 200 MB: keep fewer architectures" >&2; exit 1; }
