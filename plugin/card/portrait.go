package card

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// Portrait draws a persona as SVG: a figure of plain shapes in one colour on a
// field of tiles. Tiles and colours come from the id; the figure is the same for
// everybody, so that it tells two personas apart and says nothing about people. What
// screen readers say of it is in the language.
func Portrait(id, language string) string {
	sum := sha256.Sum256([]byte(id))
	// Green, violet and grey for the figure: no colour of skin, and none that is
	// taken for a sex.
	body, tile := []int{3, 4, 6}[sum[0]%3], int(sum[1])%6+1
	if tile == body {
		tile = tile%6 + 1
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="portrait" viewBox="0 0 120 120" width="160" height="160" role="img" aria-label="%s">`,
		labelsIn(language).of("A sign for this persona, drawn from its id"))
	b.WriteString(`<rect width="120" height="120" rx="12" class="track"/>`)
	for i := range 18 { // the left half of a 6 by 6 field; the right half mirrors it
		if sum[2+i]%2 == 0 {
			continue
		}
		x, y := i%3*20, i/3*20
		opacity := []string{".18", ".3", ".42"}[sum[2+i]/2%3]
		for _, left := range []int{x, 100 - x} {
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="20" height="20" class="f%d" opacity="%s"/>`, left, y, tile, opacity)
		}
	}
	fmt.Fprintf(&b, `<circle cx="60" cy="50" r="20" class="f%d"/>`, body)
	fmt.Fprintf(&b, `<path d="M24 120a36 36 0 0 1 72 0z" class="f%d"/>`, body)
	b.WriteString(mark(sum[24], sum[25]))
	b.WriteString(`</svg>`)
	return b.String()
}

// mark is a shape on the figure's chest, in the colour of the paper.
func mark(kind, turn byte) string {
	shapes := []string{
		`<circle cx="60" cy="103" r="7"/>`,
		`<rect x="53" y="96" width="14" height="14"/>`,
		`<path d="M60 95l8 14H52z"/>`,
		`<path d="M51 103h18M60 94v18" stroke="var(--paper)" stroke-width="4"/>`,
		`<path d="M50 99q5-6 10 0t10 0M50 107q5-6 10 0t10 0" fill="none" stroke="var(--paper)" stroke-width="3"/>`,
	}
	return fmt.Sprintf(`<g fill="var(--paper)" transform="rotate(%d 60 103)">%s</g>`, int(turn)%4*90, shapes[int(kind)%len(shapes)])
}
