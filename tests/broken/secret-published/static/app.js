first
  const key = "AKIAIOSFODNN7EXAMPLE";
