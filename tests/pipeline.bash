# What the tests of the pipelines share.

# pipeline NAME [VARIABLE=VALUE...] [TARGET...]: runs it, quietly
pipeline() {
	local name=$1
	shift
	make -C "$ROOT/pipelines/$name" "$@" >make.log 2>&1 || {
		local status=$?
		cat make.log >&2
		return $status
	}
}

# sums OUT: the sums of all published tables, names included
sums() {
	(cd "$1" && find . -path ./.work -prune -o -type f \
		\( -name '*.parquet' -o -name .manifest -o -name '*.rfl' \) \
		-print0 | sort -z | xargs -0 sha256sum)
}

# traces OUT: inode and time of every published file
traces() {
	(cd "$1" && find . -path ./.work -prune -o -type f \
		\( -name '*.parquet' -o -name .manifest -o -name '*.rfl' \) \
		-print0 | sort -z | xargs -0 stat -c '%n %i %Y')
}
