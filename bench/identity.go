package main

import (
	"fmt"

	"konklave/internal/id"
)

func identity(i int) id.Identity { return id.Identity(fmt.Sprintf("client-%d", i)) }
